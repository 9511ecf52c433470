package dev.sana4j.pipeline.model;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.diffusion.FlowEuler;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.weights.ConfigFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The sampler of a model folder, as in {@code scheduler/scheduler_config.json}. */
public sealed interface SamplerConfig {

  /**
   * DPM-Solver++ for flow models.
   *
   * @param shift flow shift
   * @param order 1 or 2
   */
  record Dpm(double shift, int order) implements SamplerConfig {
    @Override
    public String label() {
      return "Flow DPM-Solver++";
    }

    @Override
    public Sampler sampler(GenerationRequest request) {
      return flow(request, () -> new FlowDpmSolver(request.steps(), shift, order));
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = commonSettings("DPMSolverMultistepScheduler");
      settings.put("algorithm_type", "dpmsolver++");
      settings.put("flow_shift", shift);
      settings.put("prediction_type", "flow_prediction");
      settings.put("solver_order", order);
      settings.put("use_flow_sigmas", true);
      return settings;
    }
  }

  /**
   * Euler's method for flow models.
   *
   * @param shift flow shift
   */
  record Euler(double shift) implements SamplerConfig {
    @Override
    public String label() {
      return "Flow Euler";
    }

    @Override
    public Sampler sampler(GenerationRequest request) {
      return flow(request, () -> new FlowEuler(request.steps(), shift));
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = commonSettings("FlowMatchEulerDiscreteScheduler");
      settings.put("shift", shift);
      return settings;
    }
  }

  /**
   * The consistency sampler of Sprint.
   *
   * @param sigmaData standard deviation of the data
   */
  record Consistency(double sigmaData) implements SamplerConfig {
    @Override
    public String label() {
      return "SCM";
    }

    @Override
    public Sampler sampler(GenerationRequest request) {
      double[] times = request.times().stream().mapToDouble(Double::doubleValue).toArray();
      return valid(
          () ->
              times.length == 0
                  ? ConsistencySampler.ofSteps(request.steps(), sigmaData)
                  : new ConsistencySampler(times, sigmaData));
    }

    @Override
    public double dataScale() {
      return sigmaData;
    }

    @Override
    public double[] transformerTimes(GenerationRequest request) {
      return Arrays.stream(sampler(request).times()).map(TrigFlow::flowTime).toArray();
    }

    @Override
    public boolean isConsistency() {
      return true;
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = commonSettings("SCMScheduler");
      settings.put("prediction_type", "trigflow");
      settings.put("sigma_data", sigmaData);
      return settings;
    }
  }

  /**
   * Returns the sampler of the public SANA models.
   *
   * @return DPM-Solver++ of second order with flow shift 3
   */
  static SamplerConfig publicFlow() {
    return new Dpm(3.0, 2);
  }

  /**
   * Returns the name of the sampler for people.
   *
   * @return such as Flow Euler
   */
  String label();

  /**
   * Returns the sampler for a request.
   *
   * @param request with steps and times
   * @return the sampler
   * @throws RequestException if the times do not fit
   */
  Sampler sampler(GenerationRequest request);

  private static Sampler flow(GenerationRequest request, Supplier<Sampler> sampler) {
    if (!request.times().isEmpty()) {
      throw new RequestException("custom times need a Sprint model, but this is a flow model");
    }
    return valid(sampler);
  }

  private static Sampler valid(Supplier<Sampler> sampler) {
    try {
      return sampler.get();
    } catch (IllegalArgumentException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the number of steps that are run: fewer than requested if the strength is below 1.
   *
   * @param request with steps, times and strength
   * @return at least 1
   * @throws RequestException if the times do not fit
   */
  default int stepsTaken(GenerationRequest request) {
    return request.steps() - sampler(request).firstStep(request.task().strength());
  }

  /**
   * Returns the standard deviation of the latents that the sampler works with.
   *
   * @return 1 for flow samplers
   */
  default double dataScale() {
    return 1;
  }

  /**
   * Returns the timesteps in the units of the transformer.
   *
   * @param request with steps and times
   * @return one per step, decreasing
   * @throws RequestException if the times do not fit
   */
  default double[] transformerTimes(GenerationRequest request) {
    return sampler(request).times();
  }

  /**
   * Returns whether it samples a Sprint model.
   *
   * @return false for flow samplers
   */
  default boolean isConsistency() {
    return false;
  }

  /**
   * Checks that steps and times fit.
   *
   * @param request with steps and times
   * @throws RequestException if the times do not fit
   */
  default void check(GenerationRequest request) {
    var times = sampler(request).times();
    if (times.length != request.steps()) {
      throw new RequestException(times.length + " times for " + request.steps() + " steps");
    }
  }

  /**
   * Reads the scheduler of a model folder.
   *
   * @param folder the model
   * @return its sampler
   * @throws ModelException if a setting is not supported
   */
  static SamplerConfig read(ModelFolder folder) {
    ConfigFile config =
        ConfigFile.read(folder.path(Part.SCHEDULER).resolve("scheduler_config.json"));
    String className = config.text("_class_name", folder.className(Part.SCHEDULER));
    return switch (className) {
      case "DPMSolverMultistepScheduler" -> dpm(config);
      case "FlowMatchEulerDiscreteScheduler" -> euler(config);
      case "SCMScheduler" -> consistency(config);
      default ->
          throw new ModelException(
              folder.root()
                  + ": the scheduler "
                  + className
                  + " is not supported; use DPMSolverMultistepScheduler,"
                  + " FlowMatchEulerDiscreteScheduler or SCMScheduler");
    };
  }

  /**
   * Returns the config that {@link #read} reads.
   *
   * @return keys and values of {@code scheduler_config.json}
   */
  Map<String, Object> settings();

  private static Map<String, Object> commonSettings(String className) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("_class_name", className);
    settings.put("num_train_timesteps", 1000);
    return settings;
  }

  private static SamplerConfig dpm(ConfigFile config) {
    requireText(config, "prediction_type", "flow_prediction", "epsilon");
    requireText(config, "algorithm_type", "dpmsolver++", "dpmsolver++");
    requireText(config, "solver_type", "midpoint", "midpoint");
    requireText(config, "final_sigmas_type", "zero", "zero");
    requireFlag(config, "use_flow_sigmas", true);
    for (String key :
        List.of(
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_lu_lambdas",
            "use_dynamic_shifting",
            "thresholding")) {
      requireFlag(config, key, false);
    }
    requireTrainSteps(config);
    int order = config.integer("solver_order", 2);
    requireSupported(order == 1 || order == 2, "solver_order", order);
    return new Dpm(shift(config, "flow_shift"), order);
  }

  private static SamplerConfig euler(ConfigFile config) {
    for (String key :
        List.of(
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_dynamic_shifting",
            "stochastic_sampling",
            "invert_sigmas")) {
      requireFlag(config, key, false);
    }
    requireTrainSteps(config);
    requireSupported(!config.has("shift_terminal"), "shift_terminal", "other than null");
    return new Euler(shift(config, "shift"));
  }

  private static SamplerConfig consistency(ConfigFile config) {
    requireText(config, "prediction_type", "trigflow", "trigflow");
    double sigmaData = config.number("sigma_data", 0.5);
    requireSupported(Double.isFinite(sigmaData) && sigmaData > 0, "sigma_data", sigmaData);
    return new Consistency(sigmaData);
  }

  private static double shift(ConfigFile config, String key) {
    double shift = config.number(key, 1.0);
    requireSupported(Double.isFinite(shift) && shift > 0, key, shift);
    return shift;
  }

  private static void requireTrainSteps(ConfigFile config) {
    int steps = config.integer("num_train_timesteps", 1000);
    requireSupported(steps == 1000, "num_train_timesteps", steps);
  }

  private static void requireText(ConfigFile config, String key, String only, String absent) {
    String value = config.text(key, absent);
    requireSupported(value.equals(only), key, value);
  }

  private static void requireFlag(ConfigFile config, String key, boolean only) {
    boolean value = config.flag(key, false);
    requireSupported(value == only, key, value);
  }

  private static void requireSupported(boolean supported, String key, Object value) {
    if (!supported) {
      throw new ModelException("scheduler_config.json: " + key + " " + value + " is not supported");
    }
  }
}
