package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.data.DataSet;
import dev.sana4j.tensor.WorkerGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made, reused and refused before the first step of a base model. */
class BaseTrainerTest {
  @TempDir private static Path root;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void makeAnAutoencoder() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    toy.run("autoencoder", toy.autoencoder("steps=3"), WorkerGroup.alone(), () -> false);
  }

  @Test
  void picturesThatCannotBeEncodedAreNotedOnceAtEveryStart() throws IOException {
    Path pictures = root.resolve("cut");
    ToyTraining.draw(pictures, 6, 1);
    String cut = DataSet.open(pictures).key(2);
    Path broken = pictures.resolve(cut);
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 45)); // its head is good
    Trainer base = toy.base("data.path=" + pictures, "data.cache=" + root.resolve("cache-of-cut"));
    String note =
        "left out of %s: 1 images that cannot be read (%s)"
            .formatted(root.resolve("cache-of-cut"), cut);

    base.prepare(toy.place("of-cut"));
    assertThat(toy.notes()).containsExactly(note);
    base.prepare(toy.place("of-cut"));
    assertThat(toy.notes()).containsExactly(note, note);
  }
}
