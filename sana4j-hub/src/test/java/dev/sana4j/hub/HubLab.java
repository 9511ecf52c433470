package dev.sana4j.hub;

import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A hub with a model of a few kilobytes, and a cache. */
final class HubLab implements AutoCloseable {
  static final String NAME = "some-org/Tiny_Sana.1";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String TOKEN = "hf_aVerySecretToken";
  static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

  final FakeHub hub = FakeHub.start(NAME, COMMIT);
  final HubId id = HubId.parse(NAME);
  final Path cache;
  final List<String> notes = new CopyOnWriteArrayList<>();
  final List<Long> progress = new CopyOnWriteArrayList<>();
  volatile long total;

  final HubListener listener =
      new HubListener() {
        @Override
        public void note(String text) {
          notes.add(text);
        }

        @Override
        public void progress(long done, long total, String file) {
          progress.add(done);
          HubLab.this.total = total;
        }
      };

  private final Map<String, String> environment = new HashMap<>();

  HubLab(Path folder) {
    cache = folder.resolve("cache");
    environment.put("HF_HOME", folder.resolve("home").toString());
    environment.put("HF_HUB_CACHE", cache.toString());
    environment.put("HF_ENDPOINT", hub.endpoint());
    addModel();
  }

  HubLab with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** A minimal pipeline; the contents of the weights do not matter here. */
  private void addModel() {
    String parts =
        "{\"_class_name\":\"SanaPipeline\",\"transformer\":[\"diffusers\",\"SanaTransformer2DModel\"],"
            + "\"vae\":[\"diffusers\",\"AutoencoderDC\"],"
            + "\"tokenizer\":[\"transformers\",\"GemmaTokenizerFast\"],"
            + "\"text_encoder\":[null,null]}";
    add("model_index.json", parts);
    add("transformer/config.json", "{}");
    hub.add(WEIGHTS, bytes(5000, 1));
    add("vae/config.json", "{\"a\": 1}");
    hub.add("vae/diffusion_pytorch_model.safetensors", bytes(3000, 2));
    hub.add("tokenizer/tokenizer.json", bytes(2000, 3));
  }

  void add(String path, String text) {
    hub.add(path, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  HubModels models() {
    return models(Long.MAX_VALUE);
  }

  /** Returns an access with short pauses between attempts. */
  HubModels models(long freeSpace) {
    Duration moment = Duration.ofMillis(1);
    var retries = new Retries(4, moment, moment, Duration.ofSeconds(20));
    return new HubModels(HubSettings.of(environment), retries, folder -> freeSpace);
  }

  Path pull() {
    return models().pull(id, listener);
  }

  Path model() {
    return cache.resolve("models--some-org--Tiny_Sana.1");
  }

  Path snapshot() {
    return model().resolve("snapshots").resolve(COMMIT);
  }

  Path blob(String path) {
    return model().resolve("blobs").resolve(hub.hash(path));
  }

  Path part(String path) {
    return model().resolve("blobs").resolve(hub.hash(path) + ".sana4j.incomplete");
  }

  /** Sends the first bytes, lets them arrive, and closes the connection. */
  FakeHub.Answer cut(String path, int bytes) {
    FakeHub.Answer sent = hub.cut(path, bytes);
    return exchange -> {
      sent.give(exchange);
      for (int i = 0; i < 1000 && BlobDownload.sizeOf(part(path)) < bytes; i++) {
        pause();
      }
    };
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the requests for the content of a file, at either server. */
  List<FakeHub.Request> requestsFor(String path, boolean toStorage) {
    return hub.requests().stream()
        .filter(request -> request.toStorage() == toStorage && request.uri().contains(path))
        .toList();
  }

  /** Returns the paths of regular files and links below the cache. */
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(snapshot())) {
      return all.filter(Files::isRegularFile)
          .map(file -> snapshot().relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    hub.close();
  }
}
