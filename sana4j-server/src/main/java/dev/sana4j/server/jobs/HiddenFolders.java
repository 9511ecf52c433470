package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;

/** Names adapters only by their files, since clients must not see the folders of a server. */
final class HiddenFolders {
  private HiddenFolders() {}

  /** Returns the same request for metadata. */
  static GenerationRequest in(GenerationRequest request) {
    return request.toBuilder()
        .adapters(
            request.adapters().stream()
                .map(lora -> new LoraChoice(file(lora), lora.scale()))
                .toList())
        .build();
  }

  /** Returns a message about a request. */
  static String in(String message, GenerationRequest request) {
    String text = message;
    for (LoraChoice lora : request.adapters()) {
      text = text.replace(lora.file(), file(lora));
    }
    return text;
  }

  private static String file(LoraChoice lora) {
    return lora.file().replaceFirst("^.*[/\\\\]", "");
  }
}
