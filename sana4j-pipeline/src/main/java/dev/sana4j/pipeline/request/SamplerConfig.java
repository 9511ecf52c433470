package dev.sana4j.pipeline.request;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.diffusion.FlowEuler;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.weights.ConfigFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sampler a model folder asks for, as in {@code scheduler/scheduler_config.json}. */
public sealed interface SamplerConfig {

  /**
   * DPM-Solver++ on the flow.
   *
   * @param shift flow shift
   * @param order 1 or 2
   */
  record Dpm(double shift, int order) implements SamplerConfig {}

  /**
   * Euler's method on the flow.
   *
   * @param shift flow shift
   */
  record Euler(double shift) implements SamplerConfig {}

  /**
   * The consistency sampler of Sprint.
   *
   * @param sigmaData standard deviation of the data
   */
  record Consistency(double sigmaData) implements SamplerConfig {}

  /**
   * The sampler of the public SANA models.
   *
   * @return DPM-Solver++ of second order with flow shift 3
   */
  static SamplerConfig publicFlow() {
    return new Dpm(3.0, 2);
  }

  /**
   * The sampler for a request.
   *
   * @param request gives steps and times
   * @return the sampler
   * @throws RequestException if the times do not fit
   */
  default Sampler sampler(GenerationRequest request) {
    try {
      if (this instanceof Consistency consistency) {
        return consistency(consistency, request);
      }
      if (!request.times().isEmpty()) {
        throw new RequestException("custom times are for Sprint models; this is a flow model");
      }
      return this instanceof Dpm dpm
          ? new FlowDpmSolver(request.steps(), dpm.shift(), dpm.order())
          : new FlowEuler(request.steps(), ((Euler) this).shift());
    } catch (IllegalArgumentException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * How many steps a request takes: fewer than it names where a picture keeps a part of itself.
   *
   * @param request gives steps, times and strength
   * @return at least 1
   * @throws RequestException if the times do not fit
   */
  default int stepsTaken(GenerationRequest request) {
    return request.steps() - sampler(request).firstStep(request.task().strength());
  }

  /**
   * Standard deviation of the latents that the sampler works with.
   *
   * @return 1 for flow samplers
   */
  default double dataScale() {
    return this instanceof Consistency consistency ? consistency.sigmaData() : 1;
  }

  /**
   * When the transformer is asked, in the units it is asked in.
   *
   * @param request gives steps and times
   * @return one a step, falling
   * @throws RequestException if the times do not fit
   */
  default double[] transformerTimes(GenerationRequest request) {
    double[] times = sampler(request).times();
    return this instanceof Consistency
        ? Arrays.stream(times).map(TrigFlow::flowTime).toArray()
        : times;
  }

  /**
   * Refuses steps or times that do not fit.
   *
   * @param request gives steps and times
   * @throws RequestException if the times do not fit
   */
  default void check(GenerationRequest request) {
    var times = sampler(request).times();
    if (times.length != request.steps()) {
      throw new RequestException(times.length + " times for " + request.steps() + " steps");
    }
  }

  private static Sampler consistency(Consistency config, GenerationRequest request) {
    List<Double> times = request.times();
    return times.isEmpty()
        ? ConsistencySampler.ofSteps(request.steps(), config.sigmaData())
        : new ConsistencySampler(
            times.stream().mapToDouble(Double::doubleValue).toArray(), config.sigmaData());
  }

  /**
   * Reads the scheduler of a model folder.
   *
   * @param folder the model
   * @return its sampler
   * @throws ModelException if a setting is not supported
   */
  static SamplerConfig read(ModelFolder folder) {
    ConfigFile config = folder.config(Part.SCHEDULER, "scheduler_config.json");
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
   * What {@link #read} reads back.
   *
   * @return keys and values of {@code scheduler_config.json}
   */
  default Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    if (this instanceof Consistency consistency) {
      settings.put("_class_name", "SCMScheduler");
      settings.put("prediction_type", "trigflow");
      settings.put("sigma_data", consistency.sigmaData());
    } else if (this instanceof Dpm dpm) {
      settings.put("_class_name", "DPMSolverMultistepScheduler");
      settings.put("algorithm_type", "dpmsolver++");
      settings.put("flow_shift", dpm.shift());
      settings.put("prediction_type", "flow_prediction");
      settings.put("solver_order", dpm.order());
      settings.put("use_flow_sigmas", true);
    } else {
      settings.put("_class_name", "FlowMatchEulerDiscreteScheduler");
      settings.put("shift", ((Euler) this).shift());
    }
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
