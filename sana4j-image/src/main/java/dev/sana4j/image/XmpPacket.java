package dev.sana4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An XMP packet with the digital source of an image, and the code that inserts it into a file.
 *
 * <p>Sources: Adobe "XMP Specification" part 3 (JPEG, PNG), Google "WebP Container Specification",
 * IPTC "Photo Metadata Standard" (Digital Source Type).
 */
final class XmpPacket {
  static final String PNG_KEYWORD = "XML:com.adobe.xmp";

  private static final byte[] JPEG_NAME =
      "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);

  private static final int CHUNK_HEADER = 8;
  private static final int FILE_HEADER = 12;
  private static final int EXTENDED_BYTES = 10;
  private static final byte HAS_XMP = 4;

  private XmpPacket() {}

  static String of(DigitalSource source) {
    return """
        <?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about=""
         xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
         xmlns:xmp="http://ns.adobe.com/xap/1.0/"
         Iptc4xmpExt:DigitalSourceType="%s"
         xmp:CreatorTool="sana4j"/>
        </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="r"?>"""
        .formatted(source.uri());
  }

  /** Inserts the packet after the start marker of a JPEG and the JFIF segment, if there is one. */
  static byte[] intoJpeg(byte[] file, String packet) {
    byte[] xmp = packet.getBytes(StandardCharsets.UTF_8);
    int at = isJfif(file) ? 4 + ByteBuffer.wrap(file).getShort(4) : 2;
    int length = 2 + JPEG_NAME.length + xmp.length; // includes its own bytes, not the marker
    return ByteBuffer.allocate(file.length + 2 + length)
        .put(file, 0, at)
        .putShort((short) 0xFFE1)
        .putShort((short) length)
        .put(JPEG_NAME)
        .put(xmp)
        .put(file, at, file.length - at)
        .array();
  }

  private static boolean isJfif(byte[] file) {
    return file[2] == (byte) 0xFF && file[3] == (byte) 0xE0;
  }

  /**
   * Returns a file with an extended header that announces the packet, the image, and the packet.
   */
  static byte[] intoWebP(byte[] file, String packet, ImageSize size) {
    byte[] xmp = packet.getBytes(StandardCharsets.UTF_8);
    int image = file.length - FILE_HEADER;
    int body = CHUNK_HEADER + EXTENDED_BYTES + image + CHUNK_HEADER + xmp.length + (xmp.length & 1);
    ByteBuffer out = ByteBuffer.allocate(FILE_HEADER + body).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(4 + body).put(ascii("WEBP"));
    out.put(ascii("VP8X")).putInt(EXTENDED_BYTES).putInt(HAS_XMP);
    put24(out, size.width() - 1);
    put24(out, size.height() - 1);
    out.put(file, FILE_HEADER, image);
    out.put(ascii("XMP ")).putInt(xmp.length).put(xmp);
    return out.array();
  }

  private static void put24(ByteBuffer out, int value) {
    out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
