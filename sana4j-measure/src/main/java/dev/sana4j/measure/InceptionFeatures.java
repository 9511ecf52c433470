package dev.sana4j.measure;

import dev.sana4j.image.RgbImage;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;

/** Features of images for the Frechet distance of generative models. */
public final class InceptionFeatures implements AutoCloseable {
  private final InceptionModel model;
  private final Device device;

  private InceptionFeatures(InceptionModel model, Device device) {
    this.model = model;
    this.device = device;
  }

  /**
   * Opens the weights.
   *
   * @param file the {@code .pth} of pytorch-fid or torch-fidelity, or the same as safetensors
   * @param device the device to compute on
   * @return the extractor; the caller closes it
   * @throws dev.sana4j.weights.CheckpointException if the file is missing or damaged, or does not
   *     fit
   */
  public static InceptionFeatures open(Path file, Device device) {
    return of(InceptionModel.open(file, device), device);
  }

  /**
   * Uses a network.
   *
   * @param model the network; closed with the extractor
   * @param device the device of the network
   * @return the extractor
   */
  public static InceptionFeatures of(InceptionModel model, Device device) {
    return new InceptionFeatures(model, device);
  }

  /**
   * Returns the features of an image.
   *
   * @param image an image of any size
   * @return 2048 numbers
   */
  public float[] of(RgbImage image) {
    return Libtorch.noGrad(
        () ->
            TensorScope.<float[]>compute(
                () -> model.apply(Pixels.of(image).to(device)).toFloats()));
  }

  @Override
  public void close() {
    model.close();
  }
}
