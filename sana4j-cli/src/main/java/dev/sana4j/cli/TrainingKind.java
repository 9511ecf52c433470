package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.train.autoencoder.AutoencoderRecipe;
import dev.sana4j.train.autoencoder.AutoencoderTrainer;
import dev.sana4j.train.distill.DistillRecipe;
import dev.sana4j.train.distill.DistillTrainer;
import dev.sana4j.train.flow.BaseRecipe;
import dev.sana4j.train.flow.BaseTrainer;
import dev.sana4j.train.flow.FinetuneRecipe;
import dev.sana4j.train.flow.FinetuneTrainer;
import dev.sana4j.train.flow.TeacherRecipe;
import dev.sana4j.train.flow.TeacherTrainer;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.text.TextTrainer;
import dev.sana4j.train.text.TextTrainingRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * A training that has its own command.
 *
 * @param verb for example {@code train base}
 * @param description one line for {@code --help}
 * @param recipe its config
 * @param trainer runs a config
 */
record TrainingKind<R extends Record>(
    String verb, String description, Class<R> recipe, Function<R, Trainer> trainer) {

  static final List<TrainingKind<?>> ALL =
      List.of(
          new TrainingKind<>(
              "train autoencoder",
              "Trains an image autoencoder. See docs/how-to/train.md.",
              AutoencoderRecipe.class,
              AutoencoderTrainer::new),
          new TrainingKind<>(
              "train text",
              "Trains a text encoder on captions, as a start of a base model. See"
                  + " docs/how-to/train.md.",
              TextTrainingRecipe.class,
              TextTrainer::new),
          new TrainingKind<>(
              "train base",
              "Trains a text-to-image model with flow matching. See docs/how-to/train.md.",
              BaseRecipe.class,
              BaseTrainer::new),
          new TrainingKind<>(
              "train teacher",
              "Turns a base model into a teacher for distillation. See docs/how-to/teacher.md.",
              TeacherRecipe.class,
              TeacherTrainer::new),
          new TrainingKind<>(
              "distill",
              "Distils a teacher into a student that needs one to four steps. See"
                  + " docs/how-to/distill.md.",
              DistillRecipe.class,
              TrainingKind::distillation),
          new TrainingKind<>(
              "finetune",
              "Fine-tunes all weights of a model, or a LoRA adapter. See docs/how-to/finetune.md.",
              FinetuneRecipe.class,
              TrainingKind::finetuning));

  private static Trainer finetuning(FinetuneRecipe recipe) {
    boolean bundled = recipe.start() == null;
    return new FinetuneTrainer(bundled ? recipe.startingFrom(bundledTeacher()) : recipe);
  }

  private static Trainer distillation(DistillRecipe recipe) {
    boolean bundled = recipe.start() == null;
    return new DistillTrainer(bundled ? recipe.startingFrom(bundledTeacher()) : recipe);
  }

  private static Path bundledTeacher() {
    return EmojiModel.openTeacher().root();
  }

  /** Adds all training commands; those of two words become subcommands of {@code train}. */
  static void addTo(CommandLine program) {
    for (TrainingKind<?> kind : ALL) {
      String name = kind.verb.substring(kind.verb.indexOf(' ') + 1);
      CommandLine train = program.getSubcommands().get("train");
      CommandLine parent = name.equals(kind.verb) || train == null ? program : train;
      parent.addSubcommand(name, kind.command());
    }
  }

  private CommandLine command() {
    CommandLine command = new CommandLine(new TrainingCommand<>(this));
    String file = verb.substring(verb.indexOf(' ') + 1) + ".yaml";
    command
        .getCommandSpec()
        .usageMessage()
        .description(description)
        .footer(
            "",
            "An existing training in DIR is resumed. Ctrl-C writes a checkpoint and stops.",
            "",
            "Examples:",
            "  sana " + verb + " --print-config > " + file,
            "  sana " + verb + " --config " + file + " -o DIR",
            "  sana " + verb + " --config " + file + " -o DIR --set steps=1000 --workers 2");
    return command;
  }
}
