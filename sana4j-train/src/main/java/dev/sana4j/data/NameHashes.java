package dev.sana4j.data;

import java.util.Arrays;

/** Hashes of names, 8 bytes each; a million strings would take a hundred times the memory. */
final class NameHashes {
  private long[] values = new long[16];
  private int size;

  void add(String name) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = hash(name);
  }

  long[] sorted() {
    long[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Returns whether sorted hashes contain that of a name. */
  static boolean contains(long[] sorted, String name) {
    return Arrays.binarySearch(sorted, hash(name)) >= 0;
  }

  private static long hash(String name) {
    long hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = Draws.mix(hash ^ name.charAt(i));
    }
    return hash;
  }
}
