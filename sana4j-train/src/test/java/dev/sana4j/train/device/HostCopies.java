package dev.sana4j.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.TensorScope;
import java.util.Map;
import java.util.TreeMap;

/**
 * All copies between host and device that belong. On a GPU a read by the host waits until all
 * operations before it have ended, so a new one must be worth it: it makes a test fail until it is
 * listed here.
 */
enum HostCopies {
  TRANSFORMER("", ""),
  AUTOENCODER("", ""),
  TILES("", ""),
  TEXT_ENCODER("", ""),
  INCEPTION("", ""),

  /** The end token of each text is found on the host; it comes from there. */
  CLIP("ClipTextTower.forward 1", "ClipTextTower.forward 1"),

  /** Token ids go to the device. Embeddings stay there. */
  ENCODE("", "PromptEncoder.numbers *"),

  /** The pixels of the input image as well, and the mask of an inpainting. */
  ENCODE_WITH_IMAGE("", "PromptEncoder.numbers *\nLatentImages.encode 1"),
  ENCODE_WITH_MASK("", "PromptEncoder.numbers *\nLatentImages.encode 1\nTaskLatents.of 1"),

  /** The noise of all steps is copied before the first one. */
  FIRST_STEP("", "LatentNoise.draw *"),

  /** Nothing waits between steps. */
  STEP("", ""),

  /** Numbers that are not finite are refused before they are decoded. */
  END_OF_STEPS("SanaModel.requireFinite 1", ""),

  /** The pixels come back. */
  DECODE("SanaModel.requireFinite 1\nPixels.toImage 1", ""),

  /** Loss and norm decide whether the weights change, and are printed; the batch goes there. */
  FLOW_STEP(
      "TrainingLoop.update 1\nGradientNorm.of 1", "LatentBatchStream.next 3\nFlowTask.input 2"),

  /** The text encoder is trained as well, so token ids go to the device. */
  FLOW_STEP_WITH_TEXT(
      "TrainingLoop.update 1\nGradientNorm.of 1", "LatentBatchStream.next 3\nTextBatch.on 2"),

  /** Two batches, and a dropout mask for each adapter and batch, drawn on the host. */
  ADAPTER_STEP(
      "TrainingLoop.update 1\nGradientNorm.of 1",
      "LatentBatchStream.next 6\nFlowTask.input 4\nLowRank.drop 48"),

  /** The two losses are printed; each is read after its gradients have been started. */
  STUDENT_STEP(
      "TrainingLoop.update 1\nGradientNorm.of 1\nSprintStep.student 2",
      "LatentBatchStream.next 3\nDistillDraws.mine 4\nDistillDraws.noise 3\nDistillTask.text 8"),
  HEADS_STEP(
      "TrainingLoop.update 1\nGradientNorm.of 1",
      "LatentBatchStream.next 3\nDistillDraws.mine 4\nDistillDraws.noise 3\nDistillTask.text 4"),

  /** As above, for two networks and the terms of the loss, which are printed. */
  AUTOENCODER_STEP(
      "TrainingLoop.update 2\nGradientNorm.of 2\nAutoencoderTask.figures 4",
      "AutoencoderTask.nextBatch 1\nAutoencoderTask.noisy 2");

  private static final int ANY = -1;

  private final String reads;
  private final String uploads;

  HostCopies(String reads, String uploads) {
    this.reads = reads;
    this.uploads = uploads;
  }

  private static Map<String, Integer> counts(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    text.lines()
        .map(line -> line.split(" "))
        .forEach(
            words -> counts.put(words[0], words[1].equals("*") ? ANY : Integer.parseInt(words[1])));
    return counts;
  }

  /** Runs a stage in its own scope and compares its copies with the list. */
  void check(DryRun run, Runnable stage) {
    run.restart();
    TensorScope.run(stage);
    check(run);
  }

  /** Compares the copies since the last restart with the list. */
  void check(DryRun run) {
    assertThat(run.reads()).as(name() + ": reads by the host").isEqualTo(counts(reads));
    Map<String, Integer> expected = counts(uploads);
    Map<String, Integer> copies = new TreeMap<>(run.uploads());
    copies.replaceAll((place, count) -> expected.getOrDefault(place, 0) == ANY ? ANY : count);
    assertThat(copies).as(name() + ": copies to the device").isEqualTo(expected);
  }
}
