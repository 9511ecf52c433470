package dev.sana4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana completion}: prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = {
      "Prints a script with which a shell completes commands, options and their values.",
      "bash: source <(sana completion bash), in ~/.bashrc. zsh: the same with zsh, in ~/.zshrc."
          + " fish: sana completion fish > ~/.config/fish/completions/sana.fish"
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana completion bash"})
final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "sana";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "Shell: bash, zsh or fish.")
  private Shell shell = Shell.BASH;

  /** The shells. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(script().replace("\r\n", "\n"));
    out.flush();
    return 0;
  }

  private String script() {
    return switch (shell) {
      case BASH -> AutoComplete.bash(NAME, Sana.program());
      case ZSH -> zsh(AutoComplete.bash(NAME, Sana.program()));
      case FISH -> FishCompletion.script(NAME, Sana.program());
    };
  }

  /** Loads the emulation of bash's completion before its script. */
  private static String zsh(String bash) {
    return "autoload -U +X compinit && compinit\n"
        + "autoload -U +X bashcompinit && bashcompinit\n"
        + bash;
  }
}
