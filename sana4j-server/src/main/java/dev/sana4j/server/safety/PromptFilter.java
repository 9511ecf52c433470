package dev.sana4j.server.safety;

import java.util.Optional;

/** Decides which prompts no image is made of. */
@FunctionalInterface
public interface PromptFilter {
  /** Lets everything pass. */
  PromptFilter NONE = prompt -> Optional.empty();

  /**
   * Looks at a prompt.
   *
   * @param prompt what a client wants to see
   * @return why it is refused, one line that says nothing of how it was noticed; empty if it passes
   */
  Optional<String> refusal(String prompt);
}
