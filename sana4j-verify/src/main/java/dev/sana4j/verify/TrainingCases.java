package dev.sana4j.verify;

import dev.sana4j.diffusion.FlowMatching;
import dev.sana4j.objective.FlowObjective;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.objective.Recomputation;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Runs one training step on its reference inputs. */
final class TrainingCases {
  private TrainingCases() {}

  /** Compares a step with all activations kept, and one with gradient checkpointing. */
  static void flowMatching(Path folder, Reference reference, Machine machine) {
    double bound = machine.bounds().network();
    try (SanaTransformer network =
        SanaTransformer.open(folder.resolve("transformer"), machine.dtype(), machine.device())) {
      List<Parameter> parameters = network.parameters();
      List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
      leaves.forEach(leaf -> Autograd.record(leaf, true));
      Tensor velocity = FlowMatching.velocity(reference.input("x0"), reference.input("noise"));
      UnaryOperator<Tensor> loss = prediction -> FlowObjective.loss(prediction, velocity);
      SanaInput input = input(reference, network, bound);
      compare(
          reference, "", parameters, kept(network, input, loss, leaves, reference, bound), bound);
      LossAndGradients recomputed = Recomputation.transformer(network, input, loss, leaves);
      compare(reference, "recomputed ", parameters, recomputed, bound);
    }
  }

  private static SanaInput input(Reference reference, SanaTransformer network, double bound) {
    Tensor times = reference.exactInput("sigma");
    Tensor noisy = FlowMatching.noisy(reference.input("x0"), reference.input("noise"), times);
    reference.compare("noisy", noisy, bound);
    return FlowObjective.input(
        network,
        noisy,
        times,
        reference.input("encoder_hidden_states"),
        reference.exactInput("encoder_attention_mask"));
  }

  private static LossAndGradients kept(
      SanaTransformer network,
      SanaInput input,
      UnaryOperator<Tensor> loss,
      List<Tensor> leaves,
      Reference reference,
      double bound) {
    return TensorScope.tidy(
        () -> {
          Tensor prediction = network.apply(input);
          reference.compare("prediction", prediction.alias(), bound);
          return LossAndGradients.of(loss.apply(prediction), leaves);
        });
  }

  private static void compare(
      Reference reference,
      String how,
      List<Parameter> parameters,
      LossAndGradients ours,
      double bound) {
    reference.compare("loss", how + "loss", ours.loss(), bound);
    for (int i = 0; i < parameters.size(); i++) {
      String name = "grad." + parameters.get(i).name();
      reference.compare(name, how + name, ours.gradients().get(i), bound);
    }
  }
}
