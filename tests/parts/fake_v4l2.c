/* A V4L2 camera for machines without one: preloaded, it answers for FAKE_V4L2_DEVICE, and holds
   FAKE_V4L2_FILE open while that is.

   It keeps to the kernel's own header and to the kernel's rules: what is asked in the wrong order is
   refused as the kernel refuses it. FAKE_V4L2_FORMATS names what it offers ("MJPG:640x480,1280x720
   YUYV:640x480"), FAKE_V4L2_JPEG the file with its compressed picture, FAKE_V4L2_FAULT what goes
   wrong after FAKE_V4L2_AFTER pictures: unplug, still, damaged. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PLACES 8
static int camera = -1, file = -1, streaming, places, taken, owner;
static unsigned width = 320, height = 240, pixels, rate = 30;
static size_t room;
static char *memory[PLACES];
static int waiting[PLACES], queued;

static const char *setting(const char *name) { const char *s = getenv(name); return s ? s : ""; }

static int fault(const char *name) {
  return taken >= atoi(setting("FAKE_V4L2_AFTER")) && !strcmp(setting("FAKE_V4L2_FAULT"), name);
}

static int refuse(int why) { errno = why; return -1; }

/* The nth format offered, and the sizes that stand behind its colon. */
static int offered(unsigned n, unsigned *code, char *sizes) {
  char all[512], *rest = NULL;
  snprintf(all, sizeof all, "%s", setting("FAKE_V4L2_FORMATS"));
  for (char *word = strtok_r(all, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    if (n-- == 0) {
      *code = v4l2_fourcc(word[0], word[1], word[2], word[3]);
      strcpy(sizes, word[4] == ':' ? word + 5 : "");
      return 1;
    }
  return 0;
}

static int known(unsigned code, char *sizes) {
  unsigned found;
  for (unsigned n = 0; offered(n, &found, sizes); n++)
    if (found == code) return 1;
  return 0;
}

static int nth_size(char *sizes, unsigned n, unsigned *w, unsigned *h) {
  char *rest = NULL;
  for (char *word = strtok_r(sizes, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
    if (n-- == 0) return sscanf(word, "%ux%u", w, h) == 2;
  return 0;
}

static void settle(struct v4l2_format *f) {
  char sizes[256];
  unsigned w, h, best = ~0u;
  struct v4l2_pix_format *p = &f->fmt.pix;
  if (!known(p->pixelformat, sizes)) offered(0, &p->pixelformat, sizes);
  unsigned want_w = p->width, want_h = p->height;
  char copy[256];
  for (unsigned n = 0; strcpy(copy, sizes), nth_size(copy, n, &w, &h); n++) {
    unsigned off = abs((int)w - (int)want_w) + abs((int)h - (int)want_h);
    if (off < best) best = off, p->width = w, p->height = h;
  }
  int compressed = p->pixelformat == V4L2_PIX_FMT_MJPEG;
  p->bytesperline = compressed ? 0 : p->width * 2 + 32; /* rows are padded, as some drivers do */
  p->sizeimage = compressed ? p->width * p->height : p->bytesperline * p->height;
  p->field = V4L2_FIELD_NONE;
}

static void fill(struct v4l2_buffer *b) {
  char *to = memory[b->index];
  if (pixels == V4L2_PIX_FMT_MJPEG) {
    FILE *jpeg = fopen(setting("FAKE_V4L2_JPEG"), "rb");
    b->bytesused = jpeg ? fread(to, 1, room, jpeg) : 0;
    if (jpeg) fclose(jpeg);
  } else {
    for (unsigned y = 0; y < height; y++) { /* a grey picture with a mark of padding */
      memset(to + y * (width * 2 + 32), 128, width * 2);
      for (unsigned x = 0; x < width; x++) to[y * (width * 2 + 32) + 2 * x] = (char)(taken + 50);
      memset(to + y * (width * 2 + 32) + width * 2, 255, 32);
    }
    b->bytesused = room;
  }
  b->flags = fault("damaged") ? V4L2_BUF_FLAG_ERROR : 0;
  b->field = V4L2_FIELD_NONE;
  b->sequence = taken++;
}

static int answer(unsigned long request, void *question) {
  char sizes[256];
  unsigned code;
  switch (request) {
  case VIDIOC_QUERYCAP: {
    struct v4l2_capability *c = question;
    memset(c, 0, sizeof *c);
    strcpy((char *)c->driver, "uvcvideo");
    strcpy((char *)c->card, "Fake Cam: Fake Cam");
    c->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    if (!strcmp(setting("FAKE_V4L2_FAULT"), "metadata")) c->device_caps = V4L2_CAP_META_CAPTURE;
    c->capabilities = c->device_caps | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_DEVICE_CAPS;
    return 0;
  }
  case VIDIOC_ENUM_FMT: {
    struct v4l2_fmtdesc *f = question;
    if (f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || !offered(f->index, &code, sizes))
      return refuse(EINVAL);
    f->pixelformat = code;
    return 0;
  }
  case VIDIOC_ENUM_FRAMESIZES: {
    struct v4l2_frmsizeenum *s = question;
    if (!known(s->pixel_format, sizes)) return refuse(EINVAL);
    if (!strcmp(sizes, "any")) {
      if (s->index) return refuse(EINVAL);
      s->type = V4L2_FRMSIZE_TYPE_STEPWISE;
      s->stepwise = (struct v4l2_frmsize_stepwise){160, 1280, 16, 120, 960, 16};
      return 0;
    }
    s->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    return nth_size(sizes, s->index, &s->discrete.width, &s->discrete.height) ? 0 : refuse(EINVAL);
  }
  case VIDIOC_S_FMT: {
    struct v4l2_format *f = question;
    if (f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return refuse(EINVAL);
    if (places || streaming || flock(file, LOCK_EX | LOCK_NB)) return refuse(EBUSY);
    owner = 1;
    settle(f);
    width = f->fmt.pix.width, height = f->fmt.pix.height;
    pixels = f->fmt.pix.pixelformat, room = f->fmt.pix.sizeimage;
    return 0;
  }
  case VIDIOC_S_PARM: {
    struct v4l2_streamparm *p = question;
    if (p->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || streaming) return refuse(EBUSY);
    struct v4l2_fract *t = &p->parm.capture.timeperframe;
    rate = t->numerator ? t->denominator / t->numerator : 30;
    return 0;
  }
  case VIDIOC_REQBUFS: {
    struct v4l2_requestbuffers *r = question;
    if (!owner) return refuse(EBUSY);
    if (r->memory != V4L2_MEMORY_MMAP || !room) return refuse(EINVAL);
    places = r->count = r->count > PLACES ? PLACES : r->count;
    return 0;
  }
  case VIDIOC_QUERYBUF: {
    struct v4l2_buffer *b = question;
    if (b->index >= (unsigned)places) return refuse(EINVAL);
    b->length = room, b->m.offset = b->index * 0x100000u, b->flags = 0;
    return 0;
  }
  case VIDIOC_QBUF: {
    struct v4l2_buffer *b = question;
    if (b->index >= (unsigned)places || b->memory != V4L2_MEMORY_MMAP || !memory[b->index])
      return refuse(EINVAL);
    for (int n = 0; n < queued; n++)
      if (waiting[n] == (int)b->index) return refuse(EINVAL);
    waiting[queued++] = (int)b->index;
    return 0;
  }
  case VIDIOC_STREAMON: {
    struct itimerspec every = {{0, 1000000000L / rate}, {0, 1000000000L / rate}};
    if (!places || !queued) return refuse(EINVAL);
    streaming = 1;
    return timerfd_settime(camera, 0, &every, NULL);
  }
  case VIDIOC_DQBUF: {
    struct v4l2_buffer *b = question;
    unsigned long long due;
    if (!streaming) return refuse(EINVAL);
    if (fault("unplug")) return refuse(ENODEV);
    if (read(camera, &due, sizeof due) != sizeof due || !queued) return refuse(EAGAIN);
    b->index = (unsigned)waiting[0], b->length = room;
    memmove(waiting, waiting + 1, sizeof(int) * (size_t)--queued);
    fill(b);
    if (fault("still")) {
      struct itimerspec never = {{0, 0}, {0, 0}};
      timerfd_settime(camera, 0, &never, NULL);
    }
    return 0;
  }
  case VIDIOC_STREAMOFF:
    streaming = queued = 0;
    return 0;
  }
  return refuse(ENOTTY);
}

static int open_camera(void) {
  file = (int)(long)((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64"))(
      setting("FAKE_V4L2_FILE"), O_RDWR | O_CLOEXEC);
  if (file < 0) return -1;
  camera = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  streaming = places = queued = taken = owner = 0;
  return camera;
}

#define OPEN(name)                                                                             \
  int name(const char *path, int flags, ...) {                                                 \
    va_list more;                                                                              \
    va_start(more, flags);                                                                     \
    int mode = va_arg(more, int);                                                              \
    va_end(more);                                                                              \
    if (*setting("FAKE_V4L2_DEVICE") && !strcmp(path, setting("FAKE_V4L2_DEVICE")))            \
      return open_camera();                                                                    \
    return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode);      \
  }
OPEN(open)
OPEN(open64)

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *question = va_arg(more, void *);
  va_end(more);
  if (fd >= 0 && fd == camera) return answer(request & 0xffffffffu, question);
  return ((int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl"))(fd, request, question);
}

#define MMAP(name)                                                                             \
  void *name(void *at, size_t length, int prot, int flags, int fd, off_t offset) {             \
    void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, #name);             \
    if (fd < 0 || camera < 0) return real(at, length, prot, flags, fd, offset);                \
    char a[64], b[64];                                                                         \
    snprintf(a, sizeof a, "/proc/self/fd/%d", fd), snprintf(b, sizeof b, "/proc/self/fd/%d", camera); \
    char to[64] = "", camera_to[64] = "";                                                      \
    if (readlink(a, to, 63) < 0 || readlink(b, camera_to, 63) < 0 || strcmp(to, camera_to))    \
      return real(at, length, prot, flags, fd, offset);                                        \
    void *place = real(at, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); \
    return memory[offset / 0x100000] = place;                                                  \
  }
MMAP(mmap)
MMAP(mmap64)

int close(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "close");
  if (fd >= 0 && fd == camera) {
    camera = -1;
    real(file);
    memset(memory, 0, sizeof memory);
  }
  return real(fd);
}
