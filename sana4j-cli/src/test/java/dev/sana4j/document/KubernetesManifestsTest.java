package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sana4j.cli.Sana;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The form of deploy/kubernetes: names agree, and probes, settings and metrics exist. */
class KubernetesManifestsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path FILE = ROOT.resolve("deploy/kubernetes/serve.yaml");
  private static final Map<String, String> VERSIONS =
      Map.of(
          "Deployment", "apps/v1",
          "Service", "v1",
          "HorizontalPodAutoscaler", "autoscaling/v2",
          "PodDisruptionBudget", "policy/v1");

  private static final Map<String, JsonNode> OBJECTS = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    try (MappingIterator<JsonNode> all = yaml.readerFor(JsonNode.class).readValues(FILE.toFile())) {
      all.forEachRemaining(each -> OBJECTS.put(each.path("kind").asText(), each));
    }
  }

  private static JsonNode object(String kind) {
    return OBJECTS.getOrDefault(kind, MissingNode.getInstance());
  }

  private static JsonNode container() {
    return object("Deployment").at("/spec/template/spec/containers/0");
  }

  @Test
  void eachObjectHasItsVersionAndAName() {
    assertThat(OBJECTS.keySet()).isEqualTo(VERSIONS.keySet());
    OBJECTS.forEach(
        (kind, each) -> {
          assertThat(each.path("apiVersion").asText()).isEqualTo(VERSIONS.get(kind));
          assertThat(each.at("/metadata/name").asText()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        });
  }

  @Test
  void selectorsChooseThePodsOfTheDeployment() {
    JsonNode deployment = object("Deployment");
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    for (JsonNode selector :
        List.of(
            deployment.at("/spec/selector/matchLabels"),
            object("Service").at("/spec/selector"),
            object("PodDisruptionBudget").at("/spec/selector/matchLabels"))) {
      assertThat(selector.isEmpty()).isFalse();
      selector
          .properties()
          .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
    }
    assertThat(object("HorizontalPodAutoscaler").at("/spec/scaleTargetRef/name"))
        .isEqualTo(deployment.at("/metadata/name"));
  }

  @Test
  void probesAskRoutesOfTheServerAtItsPort() throws IOException {
    Set<String> routes = new TreeSet<>();
    String documented = Files.readString(ROOT.resolve("docs/reference/http.md"));
    JsonNode port = container().at("/ports/0");
    assertThat(port.path("containerPort").asInt()).isEqualTo(7860);
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      JsonNode get = container().path(probe).path("httpGet");
      assertThat(get.path("port")).as(probe).isEqualTo(port.path("name"));
      routes.add(get.path("path").asText());
    }
    assertThat(object("Service").at("/spec/ports/0/targetPort")).isEqualTo(port.path("name"));
    assertThat(routes).containsExactly("/healthz", "/readyz").allMatch(documented::contains);
  }

  @Test
  void settingsAreOptionsOfTheServer() {
    Set<String> options =
        Sana.program().getSubcommands().entrySet().stream()
            .filter(each -> each.getKey().equals("serve"))
            .flatMap(each -> each.getValue().getCommandSpec().options().stream())
            .map(option -> option.longestName().substring(2))
            .map(name -> "SANA4J_SERVE_" + name.toUpperCase(Locale.ROOT).replace('-', '_'))
            .collect(Collectors.toSet());
    JsonNode settings = container().path("env");
    assertThat(settings.isEmpty()).isFalse();
    settings.forEach(each -> assertThat(options).contains(each.path("name").asText()));
  }

  @Test
  void serversAreAddedByAMetricThatExists() throws IOException {
    String documented = Files.readString(ROOT.resolve("docs/how-to/deploy.md"));
    JsonNode scaler = object("HorizontalPodAutoscaler").path("spec");
    String metric = scaler.at("/metrics/0/pods/metric/name").asText();
    assertThat(metric).isEqualTo("sana_jobs_queued");
    assertThat(documented).contains("`" + metric + "`");
    assertThat(scaler.path("minReplicas").asInt()).isLessThan(scaler.path("maxReplicas").asInt());
  }

  @Test
  void aPodOutlivesTheGraceOfItsServer() {
    int grace = 0;
    for (JsonNode each : container().path("env")) {
      if (each.path("name").asText().equals("SANA4J_SERVE_GRACE")) {
        grace = each.path("value").asInt();
      }
    }
    assertThat(grace).isPositive();
    assertThat(object("Deployment").at("/spec/template/spec/terminationGracePeriodSeconds").asInt())
        .isGreaterThan(grace);
  }
}
