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
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * A training that the command line has a verb for.
 *
 * @param verb for example {@code train base}
 * @param description one line for {@code --help}
 * @param recipe its config
 * @param trainer carries out a config
 */
record TrainingKind<R extends Record>(
    String verb, String description, Class<R> recipe, Function<R, Trainer> trainer) {

  static final List<TrainingKind<?>> ALL =
      List.of(
          new TrainingKind<>(
              "train autoencoder",
              "Trains an autoencoder of images.",
              AutoencoderRecipe.class,
              AutoencoderTrainer::new),
          new TrainingKind<>(
              "train base",
              "Trains a text-to-image model by flow matching.",
              BaseRecipe.class,
              BaseTrainer::new),
          new TrainingKind<>(
              "train teacher",
              "Makes a base model the teacher of distillation.",
              TeacherRecipe.class,
              TeacherTrainer::new),
          new TrainingKind<>(
              "distill",
              "Distils a teacher to a student of one to four steps.",
              DistillRecipe.class,
              TrainingKind::distillation),
          new TrainingKind<>(
              "finetune",
              "Fine-tunes a model: all weights or low-rank adapters.",
              FinetuneRecipe.class,
              TrainingKind::finetuning));

  private static Trainer finetuning(FinetuneRecipe recipe) {
    boolean embedded = recipe.start() == null;
    return new FinetuneTrainer(embedded ? recipe.startingFrom(embeddedTeacher()) : recipe);
  }

  private static Trainer distillation(DistillRecipe recipe) {
    boolean embedded = recipe.start() == null;
    return new DistillTrainer(embedded ? recipe.startingFrom(embeddedTeacher()) : recipe);
  }

  private static Path embeddedTeacher() {
    return EmojiModel.openTeacher().root();
  }

  /** Adds all verbs, those of two words below {@code train}. */
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
            "A training that is in DIR already goes on; Ctrl-C stops after a checkpoint.",
            "",
            "Examples:",
            "  sana " + verb + " --print-config > " + file,
            "  sana " + verb + " --config " + file + " -o DIR",
            "  sana " + verb + " --config " + file + " -o DIR --set steps=1000 --workers 2");
    return command;
  }
}
