package dev.sana4j.server.safety;

import java.util.Optional;

/** Decides which prompts are refused. */
@FunctionalInterface
public interface PromptFilter {
  /** Accepts every prompt. */
  PromptFilter NONE = prompt -> Optional.empty();

  /**
   * Checks a prompt.
   *
   * @param prompt sent by a client
   * @return one line with the reason for a refusal, without details of the check; empty if the
   *     prompt is accepted
   */
  Optional<String> refusal(String prompt);
}
