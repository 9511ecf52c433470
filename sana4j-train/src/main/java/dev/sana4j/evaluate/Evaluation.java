package dev.sana4j.evaluate;

import dev.sana4j.emoji.Background;
import dev.sana4j.emoji.EmojiObject;
import dev.sana4j.emoji.Scene;
import dev.sana4j.emoji.SceneRenderer;
import dev.sana4j.emoji.Sprites;
import dev.sana4j.evaluate.EvaluationResult.Compared;
import dev.sana4j.evaluate.EvaluationResult.Judged;
import dev.sana4j.evaluate.EvaluationResult.Row;
import dev.sana4j.evaluate.EvaluationResult.Sample;
import dev.sana4j.hub.ModelFolder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GenerationRequest;
import dev.sana4j.pipeline.ModelConfig;
import dev.sana4j.pipeline.SanaModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures how well a model follows its prompts. */
public final class Evaluation {
  private static final int SAMPLES = 64;

  private final ModelConfig config;
  private final DType dtype;
  private final Device device;
  private final EvaluationOptions options;
  private final EvaluationListener listener;
  private final List<EmojiObject> objects;
  private final SceneRenderer renderer;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Scene.Kind, List<Scene>> scenes = new EnumMap<>(Scene.Kind.class);
  private final Map<Scene.Kind, List<Scene>> others = new EnumMap<>(Scene.Kind.class);

  private Evaluation(
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
    Sprites sprites = Sprites.load();
    renderer = new SceneRenderer(sprites);
    objects = sprites.objects(options.prompts().objects());
    objects.forEach(object -> numbers.put(object.id(), numbers.size()));
    draw();
  }

  /** As many scenes again for the distance of real pictures from real ones. */
  private void draw() {
    var exam = new ExamScenes(objects, options.prompts());
    int each = options.prompts().each();
    for (Scene.Kind kind : Scene.Kind.values()) {
      if (options.prompts().rows().contains(kind)) {
        List<Scene> drawn = exam.of(kind, 2 * each);
        scenes.put(kind, drawn.subList(0, each));
        others.put(kind, drawn.subList(each, 2 * each));
      }
    }
  }

  /**
   * Runs a whole evaluation.
   *
   * @param config of the model
   * @param dtype what its networks compute in
   * @param device where they compute; the scorers are on the processor
   * @param options what to ask
   * @param listener hears about the progress and sees the pictures
   * @return what was found
   * @throws EvaluationException if it cannot be done
   */
  public static EvaluationResult run(
      ModelConfig config,
      DType dtype,
      Device device,
      EvaluationOptions options,
      EvaluationListener listener) {
    return new Evaluation(config, dtype, device, options, listener).run();
  }

  private EvaluationResult run() {
    long start = System.nanoTime();
    ScorerFit fit = ScorerFit.of(objects, options);
    PictureMaker.check(
        config, options, scenes.values().stream().flatMap(List::stream).toList(), dtype, device);
    boolean ready = Scorers.isReady(options.scorers(), fit);
    listener.note(
        (ready ? "scorers from " : "training scorers, to be kept in ")
            + options.scorers().folder());
    try (Scorers scorers = Scorers.open(options.scorers(), fit, objects, renderer, listener)) {
      Map<Scene.Kind, RealPictures> real = real(scorers);
      List<Sample> samples = new ArrayList<>();
      List<Row> rows = rows(scorers, real, samples);
      AutoencoderQuality autoencoder = autoencoder();
      return result(scorers, real, rows, autoencoder, samples, start);
    }
  }

  private EvaluationResult result(
      Scorers scorers,
      Map<Scene.Kind, RealPictures> real,
      List<Row> rows,
      AutoencoderQuality autoencoder,
      List<Sample> samples,
      long start) {
    GenerationRequest request = PictureMaker.request(config, options);
    return new EvaluationResult(
        config.folder().root().toString(),
        parameters(),
        dtype.toString(),
        device.toString(),
        options,
        request.steps(),
        request.guidance(),
        new EvaluationResult.ScorerSummary(
            scorers.reused(), scorers.seconds(), accuracies(scorers, real)),
        rows,
        autoencoder,
        samples,
        (System.nanoTime() - start) / 1e9);
  }

  private long parameters() {
    return config.folder().contents().stream()
        .mapToLong(ModelFolder.PartContents::parameters)
        .sum();
  }

  private AutoencoderQuality autoencoder() {
    return AutoencoderQuality.measure(
        config.folder().path(ModelFolder.Part.VAE),
        SanaModel.aroundTransformer(dtype),
        device,
        options.prompts(),
        listener);
  }

  /** Pictures, and what the scorers and the pixels say of them. */
  private record Seen(Map<ScorerKind, Reading> readings, List<Background> backgrounds) {
    static Seen of(Scorers scorers, List<RgbImage> pictures) {
      Map<ScorerKind, Reading> readings = new EnumMap<>(ScorerKind.class);
      scorers.all().forEach(scorer -> readings.put(scorer.kind(), scorer.read(pictures)));
      return new Seen(readings, pictures.stream().map(BackgroundJudge::of).toList());
    }

    Reading reading(ScorerKind kind) {
      Reading reading = readings.get(kind);
      if (reading == null) {
        throw new IllegalStateException("there is no scorer " + kind);
      }
      return reading;
    }
  }

  /** Real pictures of a row's scenes, and the distance of others from them. */
  private record RealPictures(Seen seen, Map<ScorerKind, Double> floors) {}

  private Map<Scene.Kind, RealPictures> real(Scorers scorers) {
    Map<Scene.Kind, RealPictures> real = new EnumMap<>(Scene.Kind.class);
    scenes.forEach(
        (kind, row) -> {
          Seen seen = Seen.of(scorers, drawn(row));
          Seen second = Seen.of(scorers, drawn(others.getOrDefault(kind, List.of())));
          Map<ScorerKind, Double> floors = new EnumMap<>(ScorerKind.class);
          for (ScorerKind scorer : ScorerKind.values()) {
            floors.put(
                scorer,
                FrechetDistance.between(
                    second.reading(scorer).features(), seen.reading(scorer).features()));
          }
          real.put(kind, new RealPictures(seen, floors));
        });
    return real;
  }

  private List<RgbImage> drawn(List<Scene> row) {
    return row.stream()
        .map(scene -> renderer.render(scene, scene.shape().size(options.prompts().side())))
        .toList();
  }

  private List<Row> rows(
      Scorers scorers, Map<Scene.Kind, RealPictures> real, List<Sample> samples) {
    int each = (SAMPLES + 2 * scenes.size() - 1) / (2 * scenes.size());
    List<Row> rows = new ArrayList<>();
    try (SanaModel model = SanaModel.load(config, dtype, device)) {
      var maker = new PictureMaker(model, options);
      for (Map.Entry<Scene.Kind, List<Scene>> row : scenes.entrySet()) {
        for (Language language : Language.values()) {
          long start = System.nanoTime();
          List<RgbImage> pictures = made(maker, row.getKey(), row.getValue(), language);
          double seconds = (System.nanoTime() - start) / 1e9;
          for (int i = 0; i < Math.min(each, pictures.size()) && samples.size() < SAMPLES; i++) {
            samples.add(new Sample(language.prompt(row.getValue().get(i)), pictures.get(i)));
          }
          Seen seen = Seen.of(scorers, pictures);
          rows.add(row(row.getKey(), language, seen, real.get(row.getKey()), seconds));
        }
      }
    }
    return rows;
  }

  private List<RgbImage> made(
      PictureMaker maker, Scene.Kind kind, List<Scene> row, Language language) {
    String name = Row.name(kind, language);
    int work = PictureMaker.work(config, options, row.size());
    List<RgbImage> pictures =
        maker.make(row, language, done -> listener.progress(name, done, work));
    for (int i = 0; i < pictures.size(); i++) {
      listener.made(name, i, language.prompt(row.get(i)), pictures.get(i));
    }
    return pictures;
  }

  private Row row(
      Scene.Kind kind, Language language, Seen made, @Nullable RealPictures real, double seconds) {
    List<Scene> row = scenes.getOrDefault(kind, List.of());
    if (real == null) {
      throw new IllegalStateException("no real pictures of " + kind);
    }
    Map<ScorerKind, Judged> judged = new EnumMap<>(ScorerKind.class);
    for (ScorerKind scorer : ScorerKind.values()) {
      Reading reading = made.reading(scorer);
      Map<String, Proportion> theirs = tally(row, made, scorer);
      Map<String, Proportion> best = tally(row, real.seen(), scorer);
      Map<String, Compared> figures = new LinkedHashMap<>();
      theirs.forEach(
          (name, share) -> figures.put(name, new Compared(share, best.getOrDefault(name, share))));
      double distance =
          FrechetDistance.between(reading.features(), real.seen().reading(scorer).features());
      judged.put(
          scorer, new Judged(figures, distance, real.floors().getOrDefault(scorer, Double.NaN)));
    }
    Compared background =
        new Compared(
            Tally.backgrounds(row, made.backgrounds()),
            Tally.backgrounds(row, real.seen().backgrounds()));
    return new Row(kind, language, row.size(), background, judged, seconds);
  }

  private Map<String, Proportion> tally(List<Scene> row, Seen seen, ScorerKind scorer) {
    return new Tally(numbers).of(row, seen.reading(scorer).verdicts(), seen.backgrounds());
  }

  /** Over all kinds, each once. */
  private Map<ScorerKind, Map<String, Proportion>> accuracies(
      Scorers scorers, Map<Scene.Kind, RealPictures> real) {
    Map<ScorerKind, Map<String, Proportion>> all = new EnumMap<>(ScorerKind.class);
    for (Scorer scorer : scorers.all()) {
      Map<String, Proportion> sums = new LinkedHashMap<>();
      real.forEach(
          (kind, pictures) ->
              tally(scenes.getOrDefault(kind, List.of()), pictures.seen(), scorer.kind())
                  .forEach(
                      (name, share) ->
                          sums.merge(
                              name,
                              share,
                              (a, b) -> new Proportion(a.right() + b.right(), a.all() + b.all()))));
      all.put(scorer.kind(), sums);
    }
    return all;
  }
}
