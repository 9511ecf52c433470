package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.LoraChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateLoraTest {
  private static final Path LORA = Models.REFERENCE.resolve("lora");
  private static final Path FILE = LORA.resolve("pytorch_lora_weights.safetensors");

  @TempDir private Path folder;

  private Path cat(Object... options) {
    Path file = folder.resolve("cat.png");
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", file, "--overwrite", "--seed", 7));
    Collections.addAll(more, options);
    Run.sana(Models.generate(Models.SANA, more.toArray())).succeeds();
    return file;
  }

  private byte[] pixels(Object... options) {
    return ImageFiles.read(cat(options)).rgb();
  }

  private byte[] again(Object... options) {
    Path file = folder.resolve("again.png");
    List<Object> arguments =
        new ArrayList<>(
            List.of("generate", "--like", folder.resolve("cat.png"), "-o", file, "--overwrite"));
    Collections.addAll(arguments, options);
    Run.sana(arguments.toArray()).succeeds();
    return ImageFiles.read(file).rgb();
  }

  private void refused(String because, Object... options) throws IOException {
    Map<Path, String> before = Run.contents(folder);
    List<Object> more = new ArrayList<>(List.of("a cat", "-o", folder.resolve("cat.png")));
    Collections.addAll(more, options);
    Run.sana(Models.generate(Models.SANA, more.toArray())).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
  }

  @Test
  void anAdapterChangesTheImageByItsScale() {
    byte[] plain = pixels();
    byte[] whole = pixels("--lora", FILE);
    assertThat(whole).isNotEqualTo(plain);
    assertThat(pixels("--lora", FILE + ":1")).isEqualTo(whole);
    assertThat(pixels("--lora", LORA)).isEqualTo(whole);
    assertThat(pixels("--lora", FILE + ":0.4")).isNotEqualTo(whole).isNotEqualTo(plain);
    assertThat(pixels("--lora", FILE + ":0")).isEqualTo(plain);
  }

  @Test
  void severalAdaptersCountTogether() throws IOException {
    Path copy = Files.copy(FILE, folder.resolve("copy.safetensors"));
    assertThat(pixels("--lora", FILE, "--lora", copy + ":0.5"))
        .isNotEqualTo(pixels("--lora", FILE));
  }

  @Test
  void anImageRemembersItsAdapters() {
    byte[] plain = pixels();
    byte[] changed = pixels("--lora", FILE + ":0.4");
    assertThat(ImageProvenance.read(folder.resolve("cat.png")).request().adapters())
        .containsExactly(new LoraChoice(FILE.toString(), 0.4));
    assertThat(again()).isEqualTo(changed);
    assertThat(again("--no-lora")).isEqualTo(plain);
    assertThat(again("--lora", FILE)).isEqualTo(pixels("--lora", FILE));
  }

  @Test
  void anAdapterOfAnotherModelIsRefusedBeforeTheWeightsAreRead() throws IOException {
    Path copy = Models.copy(Models.SANA, folder.resolve("model"));
    Models.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("num_layers", config.get("num_layers").intValue() - 1));
    Run.sana(Models.generate(copy, "a cat", "-o", folder.resolve("cat.png"), "--lora", FILE))
        .isRefused("the LoRA does not fit the network", "no linear layer transformer_blocks.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.safetensors", "missing.safetensors:0.5", "", ":0.5"})
  void aMissingAdapterIsRefused(String name) throws IOException {
    refused("LoRA", "--lora", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {":NaN", ":1000", ":-Infinity"})
  void anAbsurdScaleIsRefused(String scale) throws IOException {
    refused("the LoRA scale", "--lora", FILE + scale);
  }

  @Test
  void whatIsNoAdapterIsRefusedByName() throws IOException {
    refused(
        "this is a checkpoint with whole weights",
        "--lora",
        Models.SANA.resolve("transformer/diffusion_pytorch_model.safetensors"));
    Path text = Files.writeString(folder.resolve("text.safetensors"), "not tensors at all");
    refused("text.safetensors", "--lora", text);
  }

  @Test
  void oneAdapterTwiceIsRefused() throws IOException {
    refused("given twice", "--lora", FILE, "--lora", FILE + ":0.5");
    refused("not both", "--lora", FILE, "--no-lora");
  }
}
