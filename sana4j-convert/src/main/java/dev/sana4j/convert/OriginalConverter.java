package dev.sana4j.convert;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.source.CheckpointConverter;
import dev.sana4j.sana.PositionEmbedding;
import java.nio.file.Path;
import java.util.List;

/** Converts checkpoints for {@link dev.sana4j.pipeline.ModelLocator}. */
public final class OriginalConverter implements CheckpointConverter {
  private static final int PIXELS = 32; // per latent pixel

  @Override
  public Contents contents(Path file) {
    try (OriginalCheckpoint checkpoint = OriginalCheckpoint.open(file)) {
      Part part =
          checkpoint.parts().contains(Part.TRANSFORMER) ? Part.TRANSFORMER : Part.CONTROLNET;
      if (!checkpoint.parts().contains(part)) {
        return new Contents(checkpoint.parts(), false, false, 0);
      }
      NamedTensors tensors = checkpoint.tensors(part);
      return new Contents(
          checkpoint.parts(),
          tensors.contains("transformer_blocks.0.attn1.norm_q.weight"),
          tensors.contains("time_embed.guidance_embedder.linear_1.weight"),
          resolution(checkpoint));
    }
  }

  private static int resolution(OriginalCheckpoint checkpoint) {
    if (!checkpoint.extras().contains("pos_embed")) {
      return 0;
    }
    List<Long> shape = checkpoint.extras().spec("pos_embed").shape();
    return shape.size() == 3 ? PIXELS * PositionEmbedding.side(shape.get(1)) : 0;
  }

  @Override
  public List<String> convert(Job job, Path target, Progress progress) {
    var settings = new ConversionSettings(null, null, null, null, null, null, job.dtype());
    try (FolderConversion conversion =
        FolderConversion.open(job.file(), job.name(), job.base(), settings)) {
      conversion.write(target, progress::on);
      return conversion.description();
    }
  }
}
