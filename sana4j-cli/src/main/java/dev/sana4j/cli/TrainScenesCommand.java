package dev.sana4j.cli;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.SceneShards;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana train scenes}: a data set of emoji scenes. */
@Command(
    name = "scenes",
    description = "Draws captioned scenes of emoji art; docs/emoji-data.md says what is in them.",
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Folder to make; nothing that exists is replaced.")
  private Path output = Path.of("");

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Scenes (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "Pixels of a square's side, a multiple of 16; other shapes have about its area (default:"
              + " ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of what is drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "train|test",
      defaultValue = "train",
      description =
          "train for nothing that is held out, test for only that (default: ${DEFAULT-VALUE}).")
  private SceneGenerator.Split split = SceneGenerator.Split.TRAIN;

  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "60",
      description = "The first so many of 150 objects (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--kinds",
      paramLabel = "SHARES",
      defaultValue = "single=0.9,pair=0.07,count=0.03",
      description = "How often each kind comes (default: ${DEFAULT-VALUE}).")
  private String kinds = "";

  @Option(
      names = "--shapes",
      paramLabel = "SHARES",
      defaultValue = "square=1",
      description =
          "How often each shape comes: square, wide (3:2), tall (2:3) (default: ${DEFAULT-VALUE}).")
  private String shapes = "";

  @Override
  public Integer call() {
    if (Files.exists(output)) {
      throw new RequestException(output + " exists; name another folder");
    }
    var plan = new SceneShards.Plan(count, size, seed);
    Shares<Scene.Kind> kindShares = Shares.parse(Scene.Kind.class, kinds);
    Shares<Scene.Shape> shapeShares = Shares.parse(Scene.Shape.class, shapes);
    Sprites sprites = Sprites.load();
    var generator = new SceneGenerator(sprites.objects(objects), split, kindShares, shapeShares);
    var shards = new SceneShards(generator, new SceneRenderer(sprites), plan);
    try (var progress = new ProgressLine(true)) {
      shards.write(output, done -> progress.show("scenes", done, count, ""));
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }
}
