package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileKindTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5228717512\n";

  @TempDir private Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'<!DOCTYPE html><html>' | WEB_PAGE",
        "'  \n<HTML lang=en>' | WEB_PAGE",
        "'\uFEFF<!doctype html>' | WEB_PAGE",
        "'<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>' | ERROR_MESSAGE",
        "'{\"error\":\"Repository not found\"}' | ERROR_MESSAGE",
        "'{ \"error\" : [\"gated\"] }' | ERROR_MESSAGE",
        "'GGUF\3' | GGUF",
      })
  void contentOfAnotherKindIsRecognized(String content, FileKind kind) {
    assertThat(FileKind.of(bytes(content))).contains(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"_class_name\": \"SanaPipeline\"}", "[1]", "text", "GGU", "version 1"})
  void otherContentHasNoKind(String content) {
    assertThat(FileKind.of(bytes(content))).isEmpty();
  }

  @Test
  void aPointerIsNamedWithTheCommandThatFetchesTheFile() throws IOException {
    Path file = file(bytes(POINTER));
    assertThat(FileKind.problem(file))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith(file + ": ")
                    .contains("is a Git LFS pointer, not the file itself", "git lfs pull"));
  }

  @Test
  void archivesAreRecognized() throws IOException {
    var zip = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("archive/data.pkl"));
    }
    var gzip = new ByteArrayOutputStream();
    new GZIPOutputStream(gzip).close();
    assertThat(FileKind.of(zip.toByteArray())).contains(FileKind.ZIP);
    assertThat(FileKind.of(gzip.toByteArray())).contains(FileKind.GZIP);
    assertThat(FileKind.of(new byte[] {(byte) 0x80, 2, 'c'})).contains(FileKind.PICKLE);
  }

  @Test
  void anEmptyFileAndZerosAreRemainsOfADownload() throws IOException {
    assertThat(FileKind.of(file(new byte[0]))).contains(FileKind.EMPTY);
    assertThat(FileKind.of(file(new byte[1000]))).contains(FileKind.ZEROS);
    assertThat(FileKind.of(file(new byte[8]))).isEmpty();
  }

  @Test
  void aSafetensorsFileIsRecognizedByItsHeader() {
    byte[] header = bytes("{\"a\":{}}");
    byte[] content =
        ByteBuffer.allocate(8 + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array();
    assertThat(FileKind.of(content)).contains(FileKind.SAFETENSORS);
  }

  @Test
  void theMessageOfTheServerIsQuotedInOneLine() throws IOException {
    Path file = file(bytes("{\"error\":\"no\nsuch model\"}"));
    assertThat(FileKind.problem(file))
        .hasValueSatisfying(
            line -> assertThat(line).contains("(\"no\\u000asuch model\")").doesNotContain("\n"));
  }

  @Test
  void anExpectedKindIsNoProblem() throws IOException {
    Path file = file(bytes(POINTER));
    assertThat(FileKind.problem(file, FileKind.GIT_LFS_POINTER)).isEmpty();
  }

  @Test
  void whatIsNoFileHasNoKind() {
    assertThat(FileKind.of(folder)).isEmpty();
    assertThat(FileKind.of(folder.resolve("missing"))).isEmpty();
  }
}
