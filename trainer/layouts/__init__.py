"""The forms in which people have FER2013: tables, folders and archives of pictures, FER+ votes."""
