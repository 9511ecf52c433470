package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.evaluate.EvaluationResult.Sample;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures how well a model follows its prompts. */
public final class Evaluation {
  private static final int SAMPLES = 64;

  private final ModelConfig config;
  private final DType dtype;
  private final Device device;
  private final EvaluationOptions options;
  private final EvaluationListener listener;

  Evaluation(
      ModelConfig config,
      DType dtype,
      Device device,
      EvaluationOptions options,
      EvaluationListener listener) {
    this.config = config;
    this.dtype = dtype;
    this.device = device;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Runs a whole evaluation.
   *
   * @param config config of the model
   * @param dtype dtype of its networks
   * @param device device of its networks; the scorers run on the processor
   * @param options options of the evaluation
   * @param listener receives the progress and the images
   * @return the results
   * @throws EvaluationException if the model, the scorers or the options do not fit together
   */
  public static EvaluationResult run(
      ModelConfig config,
      DType dtype,
      Device device,
      EvaluationOptions options,
      EvaluationListener listener) {
    long start = System.nanoTime();
    var set = new EvaluationSet(options.prompts());
    var evaluation = new Evaluation(config, dtype, device, options, listener);
    evaluation.check(set);
    try (ScorerPanel panel = ScorerPanel.open(set, options, listener)) {
      listener.started();
      Findings findings = evaluation.findings(set, panel);
      AutoencoderQuality autoencoder = evaluation.autoencoder();
      return evaluation.result(panel, findings, autoencoder, start);
    }
  }

  /**
   * Measures a model without its autoencoder. A row does not depend on the other rows, so that
   * several processes can measure one each.
   *
   * @param config config of the model
   * @param dtype dtype of its networks
   * @param device device of its networks; the scorers run on the processor
   * @param options options of the evaluation
   * @param listener receives the progress and the images
   * @return a row per kind of scenes and language
   * @throws EvaluationException if the model, the scorers or the options do not fit together
   */
  public static List<Row> rows(
      ModelConfig config,
      DType dtype,
      Device device,
      EvaluationOptions options,
      EvaluationListener listener) {
    var set = new EvaluationSet(options.prompts());
    var evaluation = new Evaluation(config, dtype, device, options, listener);
    evaluation.check(set);
    try (ScorerPanel panel = ScorerPanel.open(set, options, listener)) {
      listener.started();
      return evaluation.findings(set, panel).rows();
    }
  }

  /**
   * Trains the scorers if their folder has none, so that several processes can use it.
   *
   * @param options options of the evaluation
   * @param listener receives the progress
   * @throws EvaluationException if the scorers do not fit the options
   */
  public static void prepareScorers(EvaluationOptions options, EvaluationListener listener) {
    ScorerPanel.open(new EvaluationSet(options.prompts()), options, listener).close();
  }

  /** Throws if the model does not support the options, before it is loaded. */
  void check(EvaluationSet set) {
    ImageMaker.check(config, options, set.shapes(), dtype, device);
  }

  /** Returns the settings that all images share. */
  GenerationRequest request() {
    return ImageMaker.request(config, options);
  }

  /** What one loaded model gives: scored images, some of them, and its order of words. */
  record Findings(List<Row> rows, List<Sample> samples, @Nullable WordOrder wordOrder) {}

  /** Generates and scores the images; some are kept as samples. */
  Findings findings(EvaluationSet set, ScorerPanel panel) {
    List<Sample> samples = new ArrayList<>();
    int count = Language.values().length * set.kinds().size();
    int each = (SAMPLES + count - 1) / count;
    List<Row> rows = new ArrayList<>();
    try (SanaModel model = SanaModel.load(config, dtype, device)) {
      var maker = new ImageMaker(model, options);
      for (Scene.Kind kind : set.kinds()) {
        List<ScenePrompt> asked = set.prompts(kind);
        for (Language language : Language.values()) {
          long start = System.nanoTime();
          List<RgbImage> images = made(maker, panel, kind, language, asked);
          double seconds = (System.nanoTime() - start) / 1e9;
          for (int i = 0; i < Math.min(each, images.size()) && samples.size() < SAMPLES; i++) {
            samples.add(new Sample(asked.get(i).text(language), images.get(i)));
          }
          rows.add(panel.row(kind, language, images, seconds));
        }
      }
      List<ScenePrompt> pairs = set.prompts(Scene.Kind.PAIR);
      WordOrder order = pairs.isEmpty() ? null : WordOrder.measure(model, pairs);
      return new Findings(rows, samples, order);
    }
  }

  /** Returns one image of each prompt: the best of several attempts, or the only one. */
  private List<RgbImage> made(
      ImageMaker maker,
      ScorerPanel panel,
      Scene.Kind kind,
      Language language,
      List<ScenePrompt> asked) {
    String name = Row.name(kind, language);
    int attempts = options.sampling().bestOf();
    int work = ImageMaker.work(config, options, asked.size());
    List<RgbImage> best = new ArrayList<>();
    double[] scores = new double[asked.size()];
    for (int attempt = 0; attempt < attempts; attempt++) {
      int before = attempt * work;
      List<RgbImage> images =
          maker.make(
              asked,
              language,
              attempt,
              done -> listener.progress(name, before + done, attempts * work));
      if (attempts == 1) {
        best.addAll(images);
      } else {
        keepBest(best, scores, images, panel.agreement(kind, images));
      }
    }
    for (int i = 0; i < best.size(); i++) {
      listener.made(name, i, asked.get(i).text(language), best.get(i));
    }
    return best;
  }

  private static void keepBest(
      List<RgbImage> best, double[] scores, List<RgbImage> images, double[] theirs) {
    boolean isFirst = best.isEmpty();
    for (int i = 0; i < theirs.length; i++) {
      if (isFirst) {
        best.add(images.get(i));
        scores[i] = theirs[i];
      } else if (theirs[i] > scores[i]) {
        best.set(i, images.get(i));
        scores[i] = theirs[i];
      }
    }
  }

  /** Measures how well the model's autoencoder reconstructs real images. */
  AutoencoderQuality autoencoder() {
    return AutoencoderQuality.measure(
        config.folder().path(ModelFolder.Part.VAE),
        NetworkDtypes.encoderDtype(dtype),
        device,
        options.prompts(),
        listener);
  }

  /** Puts all results together. */
  EvaluationResult result(
      ScorerPanel panel, Findings findings, AutoencoderQuality autoencoder, long start) {
    return new EvaluationResult(
        config.folder().root().toString(),
        parameters(),
        dtype.toString(),
        device.toString(),
        options,
        request().steps(),
        request().guidance(),
        panel.summary(),
        findings.rows(),
        findings.wordOrder(),
        autoencoder,
        findings.samples(),
        (System.nanoTime() - start) / 1e9);
  }

  private long parameters() {
    return config.folder().contents().stream()
        .mapToLong(ModelFolder.PartContents::parameters)
        .sum();
  }
}
