/**
 * Exceptions of sana4j and helpers for files: atomic writes of files and folders, strict parsing of
 * untrusted JSON, the cache folder, and the free memory of the machine. Every public exception
 * class of sana4j extends {@link dev.sana4j.files.SanaException}.
 */
@NullMarked
package dev.sana4j.files;

import org.jspecify.annotations.NullMarked;
