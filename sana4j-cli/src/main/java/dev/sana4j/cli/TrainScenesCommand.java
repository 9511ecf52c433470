package dev.sana4j.cli;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.SceneShards;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() {
    if (Files.exists(output.path())) {
      throw new RequestException(output.path() + " exists; name another folder");
    }
    var plan = new SceneShards.Plan(count, scenes.size(), seed.seed());
    Shares<Scene.Kind> kindShares = Shares.parse(Scene.Kind.class, kinds);
    Shares<Scene.Shape> shapeShares = Shares.parse(Scene.Shape.class, scenes.shapes());
    Sprites sprites = Sprites.load();
    var generator =
        new SceneGenerator(sprites.objects(scenes.objects()), split, kindShares, shapeShares);
    var shards = new SceneShards(generator, new SceneRenderer(sprites), plan);
    try (var progress = new ProgressLine(true)) {
      shards.write(output.path(), done -> progress.show("scenes", done, count, ""));
    }
    spec.commandLine().getOut().println(output.path());
    return 0;
  }
}
