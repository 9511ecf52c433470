package dev.sana4j.image;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The parts of a JPEG file before its pixels that decide about its colours.
 *
 * <p>Sources: ITU T.81 (segments), Adobe's Technical Note 5116 (the marker), ICC.1 annex B (the
 * profile).
 *
 * @param width in pixels; 0 if there is no frame
 * @param height in pixels
 * @param components the number of channels
 * @param transform the colour transform of Adobe's marker, or {@link #NO_MARKER}
 * @param profile the ICC profile, empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never shared
record JpegHeader(int width, int height, int components, int transform, byte[] profile) {

  static final int NO_MARKER = -1;

  /** Y, Cb, Cr and black. */
  static final int YCCK = 2;

  private static final String ADOBE = "Adobe";
  private static final int ADOBE_TRANSFORM = 11;
  private static final String PROFILE = "ICC_PROFILE\0";
  private static final int MAX_PROFILE_BYTES = 16 << 20;

  /** Collects the values while segments are read. */
  private static final class Collected {
    int width;
    int height;
    int components;
    int transform = NO_MARKER;
    final ByteArrayOutputStream profile = new ByteArrayOutputStream();

    void add(int marker, byte[] content) {
      String start = new String(content, StandardCharsets.ISO_8859_1);
      if (isFrame(marker) && content.length > 5) {
        height = unsigned16(content, 1);
        width = unsigned16(content, 3);
        components = content[5] & 0xFF;
      } else if (marker == 0xEE && start.startsWith(ADOBE) && content.length > ADOBE_TRANSFORM) {
        transform = content[ADOBE_TRANSFORM] & 0xFF;
      } else if (marker == 0xE2 && start.startsWith(PROFILE)) {
        addProfile(content);
      }
    }

    /** After the name come the number of the chunk and the number of chunks, in order. */
    private void addProfile(byte[] content) {
      int from = Math.min(content.length, PROFILE.length() + 2);
      if (profile.size() + content.length <= MAX_PROFILE_BYTES) {
        profile.write(content, from, content.length - from);
      }
    }
  }

  /** Reads the segments up to the pixels; a file that ends earlier yields those before its end. */
  static JpegHeader read(InputStream in) throws IOException {
    var data = new DataInputStream(new BufferedInputStream(in));
    var collected = new Collected();
    try {
      int marker = marker(data);
      while (marker != 0xDA && marker != 0xD9) {
        if (hasContent(marker)) {
          byte[] content = data.readNBytes(Math.max(0, data.readUnsignedShort() - 2));
          collected.add(marker, content);
        }
        marker = marker(data);
      }
    } catch (EOFException e) {
      // The decoder reports the damage.
    }
    return new JpegHeader(
        collected.width,
        collected.height,
        collected.components,
        collected.transform,
        collected.profile.toByteArray());
  }

  /** Returns the next marker, skipping stray and padding bytes as decoders do. */
  private static int marker(DataInputStream data) throws IOException {
    int marker = 0;
    while (marker == 0) {
      while (data.readUnsignedByte() != 0xFF) {
        // A stray byte.
      }
      marker = data.readUnsignedByte();
      while (marker == 0xFF) {
        marker = data.readUnsignedByte();
      }
    }
    return marker;
  }

  private static boolean hasContent(int marker) {
    boolean isRestart = marker >= 0xD0 && marker <= 0xD7;
    return !isRestart && marker != 0xD8 && marker != 0x01;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static int unsigned16(byte[] data, int offset) {
    return ((data[offset] & 0xFF) << 8) | (data[offset + 1] & 0xFF);
  }
}
