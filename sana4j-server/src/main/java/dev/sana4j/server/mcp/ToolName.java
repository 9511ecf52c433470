package dev.sana4j.server.mcp;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The tools. */
enum ToolName {
  GENERATE_IMAGE,
  EDIT_IMAGE,
  UPSCALE_IMAGE,
  LIST_MODELS;

  /** Returns the name in the protocol. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ToolName> of(String id) {
    return Arrays.stream(values()).filter(tool -> tool.id().equals(id)).findFirst();
  }
}
