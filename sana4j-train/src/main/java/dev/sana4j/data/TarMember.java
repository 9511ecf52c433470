package dev.sana4j.data;

/**
 * A file in a tar archive.
 *
 * @param name its path
 * @param offset offset of its first byte in the archive
 * @param size size in bytes
 */
record TarMember(String name, long offset, long size) {}
