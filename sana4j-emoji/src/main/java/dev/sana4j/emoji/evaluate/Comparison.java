package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures several models, or one model with several settings, on the same scenes with the same
 * noise and the same scorers.
 */
public final class Comparison {
  private final List<Candidate> candidates;
  private final Device device;
  private final EvaluationOptions options;
  private final Listener listener;
  private final Map<Object, AutoencoderQuality> autoencoders = new HashMap<>();

  private Comparison(
      List<Candidate> candidates, Device device, EvaluationOptions options, Listener listener) {
    this.candidates = List.copyOf(candidates);
    this.device = device;
    this.options = options;
    this.listener = listener;
  }

  /**
   * A model with its settings.
   *
   * @param name unique name of the candidate
   * @param label name of the model in tables and plots
   * @param config config of the model
   * @param dtype dtype of its networks
   * @param sampling settings of the sampler
   */
  public record Candidate(
      String name, String label, ModelConfig config, DType dtype, Sampling sampling) {}

  /** Receives the progress of a comparison. */
  public interface Listener extends EvaluationListener {
    /**
     * All following calls are for this candidate.
     *
     * @param candidate the next candidate
     */
    default void begins(Candidate candidate) {}

    /**
     * A candidate is done. Save the result now, because the other candidates may take long.
     *
     * @param candidate the candidate that was started last
     * @param result its result
     */
    default void ends(Candidate candidate, EvaluationResult result) {}
  }

  /**
   * Runs a whole comparison. All candidates are checked before the first one is loaded.
   *
   * @param candidates at least one, all different
   * @param device device of their networks; the scorers run on the processor
   * @param options options of the evaluation, except for the sampling, which each candidate has
   * @param listener receives the progress and the images
   * @return the results in the order of the candidates
   * @throws EvaluationException if a candidate does not fit the options, or two candidates are
   *     equal
   */
  public static ComparisonResult run(
      List<Candidate> candidates, Device device, EvaluationOptions options, Listener listener) {
    return new Comparison(candidates, device, options, listener).run();
  }

  private ComparisonResult run() {
    requireDifferent();
    var set = new EvaluationSet(options.prompts());
    candidates.forEach(candidate -> evaluation(candidate).check(set));
    List<ComparisonResult.Entry> entries = new ArrayList<>();
    try (ScorerPanel panel = ScorerPanel.open(set, options, listener)) {
      listener.started();
      for (Candidate candidate : candidates) {
        listener.begins(candidate);
        EvaluationResult result = result(candidate, set, panel);
        listener.ends(candidate, result);
        entries.add(new ComparisonResult.Entry(candidate, result));
      }
    }
    return new ComparisonResult(entries);
  }

  private void requireDifferent() {
    if (candidates.isEmpty()) {
      throw new EvaluationException("name at least one model to compare");
    }
    Set<String> names = new HashSet<>();
    Set<Object> settings = new HashSet<>();
    for (Candidate candidate : candidates) {
      GenerationRequest request = evaluation(candidate).request();
      Object setting = List.of(model(candidate), request.steps(), request.guidance());
      if (!settings.add(setting) || !names.add(candidate.name())) {
        throw new EvaluationException(
            "%s, steps %d, guidance %s, is listed twice"
                .formatted(candidate.label(), request.steps(), request.guidance()));
      }
    }
  }

  private static Object model(Candidate candidate) {
    return List.of(
        candidate.config().folder().root().toAbsolutePath().normalize(), candidate.dtype());
  }

  private Evaluation evaluation(Candidate candidate) {
    var theirs = new EvaluationOptions(options.prompts(), candidate.sampling(), options.scorers());
    return new Evaluation(candidate.config(), candidate.dtype(), device, theirs, listener);
  }

  private EvaluationResult result(Candidate candidate, EvaluationSet set, ScorerPanel panel) {
    long start = System.nanoTime();
    Evaluation evaluation = evaluation(candidate);
    Evaluation.Findings findings = evaluation.findings(set, panel);
    AutoencoderQuality autoencoder =
        autoencoders.computeIfAbsent(model(candidate), any -> evaluation.autoencoder());
    return evaluation.result(panel, findings, autoencoder, start);
  }
}
