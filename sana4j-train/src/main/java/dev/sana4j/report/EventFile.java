package dev.sana4j.report;

import dev.sana4j.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;

/**
 * A TensorBoard event file: scalars and images.
 *
 * <p>It begins with a {@code SessionLog} START at the first step to come; TensorBoard then drops
 * what earlier files of the folder hold from that step on. Source: {@code event.proto} and {@code
 * summary.proto} of TensorBoard, {@code record_writer.cc} of TensorFlow for the framing.
 */
final class EventFile implements Closeable {
  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");
  private static final String VERSION = "brain.Event:2";
  private static final int CRC_MASK = 0xA282EAD8;

  // Fields of Event, SessionLog, Summary, Summary.Value and Summary.Image.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int STATUS = 1;
  private static final int START = 1;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int COLORSPACE = 3;
  private static final int RGB = 3;
  private static final int ENCODED = 4;

  private final AppendingFile file;
  private final Clock clock;

  private EventFile(AppendingFile file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Creates a file that TensorBoard reads after the existing ones. */
  static EventFile create(Path folder, long firstStep, Clock clock) throws IOException {
    long second = Math.max(clock.instant().getEpochSecond(), latest(folder) + 1);
    Path path = folder.resolve(String.format("events.out.tfevents.%010d.sana4j", second));
    var events = new EventFile(AppendingFile.open(path), clock);
    events.append(0, new ProtoMessage().text(FILE_VERSION, VERSION));
    var start = new ProtoMessage().integer(STATUS, START);
    events.append(firstStep, new ProtoMessage().message(SESSION_LOG, start));
    return events;
  }

  private static long latest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
          .max()
          .orElse(0);
    }
  }

  void scalars(long step, Map<String, Double> values) throws IOException {
    var summary = new ProtoMessage();
    values.forEach(
        (name, value) ->
            summary.message(
                VALUE,
                new ProtoMessage().text(TAG, name).real32(SIMPLE_VALUE, value.floatValue())));
    append(step, new ProtoMessage().message(SUMMARY, summary));
  }

  void image(long step, String name, RgbImage image) throws IOException {
    var png = new ByteArrayOutputStream();
    ImageIO.write(image.toBufferedImage(), "png", png);
    var message =
        new ProtoMessage()
            .integer(HEIGHT, image.height())
            .integer(WIDTH, image.width())
            .integer(COLORSPACE, RGB)
            .bytes(ENCODED, png.toByteArray());
    var value = new ProtoMessage().text(TAG, name).message(IMAGE, message);
    append(step, new ProtoMessage().message(SUMMARY, new ProtoMessage().message(VALUE, value)));
  }

  void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void append(long step, ProtoMessage content) throws IOException {
    byte[] head =
        new ProtoMessage().real64(WALL_TIME, clock.millis() / 1000.0).integer(STEP, step).toBytes();
    byte[] tail = content.toBytes();
    byte[] event = ByteBuffer.allocate(head.length + tail.length).put(head).put(tail).array();
    file.append(framed(event));
  }

  /** A TFRecord: length, its checksum, the data, its checksum. */
  private static byte[] framed(byte[] data) {
    byte[] length = littleEndian(Long.BYTES).putLong(data.length).array();
    return littleEndian(length.length + data.length + 2 * Integer.BYTES)
        .put(length)
        .putInt(maskedCrc(length))
        .put(data)
        .putInt(maskedCrc(data))
        .array();
  }

  private static int maskedCrc(byte[] data) {
    var crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
