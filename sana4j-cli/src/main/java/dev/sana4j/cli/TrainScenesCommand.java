package dev.sana4j.cli;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneMix;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.SceneShards;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana train scenes}: draws a data set of emoji scenes. */
@Command(
    name = "scenes",
    description = "Draws a data set of captioned emoji scenes. See docs/how-to/emoji-scenes.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana train scenes -o scenes",
      "  sana train scenes -o unseen --split test --count 200"
    })
final class TrainScenesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private NewFolderOption output;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Number of scenes (default: ${DEFAULT-VALUE}).")
  private int count;

  @Mixin private SceneOptions scenes;
  @Mixin private SeedOption seed;

  @Option(
      names = "--split",
      paramLabel = "train|test",
      defaultValue = "train",
      description =
          "train: no held-out combinations; test: only held-out combinations (default:"
              + " ${DEFAULT-VALUE}).")
  private SceneGenerator.Split split = SceneGenerator.Split.TRAIN;

  @Option(
      names = "--kinds",
      paramLabel = "SHARES",
      defaultValue = "single=0.9,pair=0.07,count=0.03",
      description = "Relative frequency of each kind of scene (default: ${DEFAULT-VALUE}).")
  private String kinds = "";

  @Option(
      names = "--kinds-to",
      paramLabel = "SHARES",
      description =
          "Relative frequencies at the last scene; those of the first scene, --kinds, change"
              + " linearly to them. Train with data.window to keep this order.")
  private @Nullable String kindsTo;

  @Option(
      names = "--relations",
      paramLabel = "SHARES",
      defaultValue = "left=1,right=1,above=1,below=1",
      description =
          "Relative frequency of each relation of a pair: where its first object is (default:"
              + " ${DEFAULT-VALUE}).")
  private String relations = "";

  @Option(
      names = "--counts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Largest count, 1 to 5 (default: ${DEFAULT-VALUE}).")
  private int counts;

  @Option(
      names = "--partners",
      description =
          "Every second scene differs from the one before it only in what its captions must"
              + " distinguish, such as a dog left of a cat after a cat left of a dog. Train with"
              + " data.group: 2 to keep both in one batch.")
  private boolean partners;

  @Override
  public Integer call() {
    if (Files.exists(output.path())) {
      throw new RequestException(output.path() + " exists; name another folder");
    }
    var plan = new SceneShards.Plan(count, scenes.size(), seed.seed());
    Sprites sprites = Sprites.load();
    var generator = new SceneGenerator(sprites.objects(scenes.objects()), split, mix());
    var shards = new SceneShards(generator, new SceneRenderer(sprites), plan);
    try (var progress = new ProgressLine(true)) {
      shards.write(output.path(), done -> progress.show("scenes", done, count, ""));
    }
    spec.commandLine().getOut().println(output.path());
    return 0;
  }

  private SceneMix mix() {
    SceneMix mix =
        SceneMix.of(
                Shares.parse(Scene.Kind.class, kinds),
                Shares.parse(Scene.Shape.class, scenes.shapes()))
            .with(Shares.parse(Relation.class, relations))
            .withCounts(counts);
    if (kindsTo != null) {
      mix = mix.changing(Shares.parse(Scene.Kind.class, kindsTo), count);
    }
    return partners ? mix.withPartners() : mix;
  }
}
