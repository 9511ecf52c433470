package dev.sana4j.measure;

import dev.sana4j.files.IoReason;
import dev.sana4j.files.QuotedText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Another program, run with a limit on its time and its output.
 *
 * @param words the program and its first arguments
 * @param limit the longest time of a run
 */
public record ExternalCommand(List<String> words, Duration limit) {
  private static final int MAX_OUTPUT = 16 << 20;
  private static final int SHOWN_ERROR = 1 << 12;

  /** Time for reading what a program that has ended left in its pipes. */
  private static final int READ_SECONDS = 10;

  /** Checks the command. */
  public ExternalCommand {
    words = List.copyOf(words);
    if (words.isEmpty() || words.get(0).isBlank()) {
      throw new MeasureException("the command is empty; name a program");
    }
  }

  /**
   * Reads a command as the user wrote it.
   *
   * @param text a program and its arguments, separated by spaces; no shell reads it
   * @param limit the longest time of a run
   * @return the command
   */
  public static ExternalCommand parse(String text, Duration limit) {
    return new ExternalCommand(Arrays.asList(text.strip().split("\\s+")), limit);
  }

  /**
   * Runs the command.
   *
   * @param arguments added to its arguments
   * @param input written to its standard input
   * @return the lines of its standard output
   * @throws MeasureException if it cannot be started, takes too long, prints too much, or ends with
   *     an exit status other than 0
   */
  public List<String> run(List<String> arguments, String input) {
    List<String> all = new ArrayList<>(words);
    all.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(all).start();
    } catch (IOException e) {
      throw new MeasureException(words.get(0) + " cannot be run: " + IoReason.of(e), e);
    }
    try {
      CompletableFuture<byte[]> output = read(process.getInputStream(), MAX_OUTPUT);
      CompletableFuture<byte[]> errors = read(process.getErrorStream(), SHOWN_ERROR);
      start(() -> write(process.getOutputStream(), input));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new MeasureException(
            words.get(0) + " took longer than " + limit.toSeconds() + " seconds and was stopped");
      }
      requireSuccess(process.exitValue(), errors.get(READ_SECONDS, TimeUnit.SECONDS));
      return lines(output.get(READ_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MeasureException(words.get(0) + " was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new MeasureException("the output of " + words.get(0) + " cannot be read", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private void requireSuccess(int status, byte[] errors) {
    if (status != 0) {
      String said = new String(errors, StandardCharsets.UTF_8).strip().replace('\n', ' ');
      throw new MeasureException(
          words.get(0) + " failed with status " + status + ": " + QuotedText.clip(said));
    }
  }

  private List<String> lines(byte[] output) {
    if (output.length == MAX_OUTPUT) {
      throw new MeasureException(words.get(0) + " printed more than 16 MiB");
    }
    return new String(output, StandardCharsets.UTF_8).lines().toList();
  }

  /** Keeps the beginning, and reads the rest so that the program does not wait. */
  private static CompletableFuture<byte[]> read(InputStream in, int most) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (in) {
            byte[] kept = in.readNBytes(most);
            in.transferTo(OutputStream.nullOutputStream());
            return kept;
          } catch (IOException e) {
            return new byte[0];
          }
        },
        ExternalCommand::start);
  }

  /** Each pipe has its own thread, because a program may wait for any of them. */
  private static void start(Runnable work) {
    Thread thread = new Thread(work, "external-command");
    thread.setDaemon(true);
    thread.start();
  }

  /** A program may end before it has read its input; that is not an error. */
  private static void write(OutputStream out, String input) {
    try (out) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return;
    }
  }
}
