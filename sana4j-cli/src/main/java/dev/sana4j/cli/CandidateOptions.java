package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A model and the settings to evaluate it with; one group of options per model. */
final class CandidateOptions extends ModelOption {
  @Option(
      names = "--steps",
      paramLabel = "N[,N..]",
      converter = StepsConverter.class,
      description =
          "Denoising steps, 1 to 1000; several values are compared (default: 2 for Sprint, else"
              + " 20).")
  private @Nullable Numbers<Integer> steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE[,SCALE..]",
      converter = GuidanceConverter.class,
      description = "Guidance scale, 0 to 100; several values are compared (default: 4.5).")
  private @Nullable Numbers<Double> guidance;

  /**
   * The numbers of one option. A list would be merged across models when the option is repeated.
   *
   * @param all at least one
   */
  record Numbers<T>(List<T> all) {
    static <T> Numbers<T> parse(String text, String kind, Function<String, T> number) {
      List<T> all = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        try {
          all.add(number.apply(part.strip()));
        } catch (NumberFormatException e) {
          throw new TypeConversionException(
              "'" + part + "' is not a " + kind + "; write for example 1,2,4");
        }
      }
      return new Numbers<>(all);
    }
  }

  /** Returns every number of steps combined with every guidance scale. */
  List<Sampling> samplings(int batch, int bestOf) {
    List<Sampling> samplings = new ArrayList<>();
    for (Integer count : orDefault(steps)) {
      for (Double scale : orDefault(guidance)) {
        samplings.add(new Sampling(count, scale, batch, bestOf));
      }
    }
    return samplings;
  }

  private static <T> List<@Nullable T> orDefault(@Nullable Numbers<T> given) {
    List<@Nullable T> all = new ArrayList<>();
    if (given == null) {
      all.add(null);
    } else {
      all.addAll(given.all());
    }
    return all;
  }

  /** Whole numbers. */
  static final class StepsConverter implements ITypeConverter<Numbers<Integer>> {
    @Override
    public Numbers<Integer> convert(String text) {
      return Numbers.parse(text, "whole number", Integer::valueOf);
    }
  }

  /** Any numbers. */
  static final class GuidanceConverter implements ITypeConverter<Numbers<Double>> {
    @Override
    public Numbers<Double> convert(String text) {
      return Numbers.parse(text, "number", Double::valueOf);
    }
  }
}
