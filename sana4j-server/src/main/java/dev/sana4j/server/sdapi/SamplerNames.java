package dev.sana4j.server.sdapi;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of samplers and schedules that other servers have. A client keeps the name of an
 * earlier server, or has a fixed list, so these names are accepted; the model uses its own sampler.
 */
final class SamplerNames {
  private static final int LONGEST = 60;
  private static final Pattern SIGNS = Pattern.compile("[ _.()-]");

  /** Without signs, and with pp for ++: a method, and the variants of it. */
  private static final Pattern SAMPLER =
      Pattern.compile(
          "k?(euler|heun|lms|dpm|ddim|ddpm|plms|pndm|ipndmv?|unipc|lcm|tcd|deis|restart|expheun"
              + "|resmultistep|gradientestimation|ersde|seeds|sasolver)"
              + "(pp|a|ancestral|fast|adaptive|solver|sde|1s|2s|s2|2m|3m|2|3|multistep|singlestep"
              + "|karras|exponential|polyexponential|gpu|heun|cfgpp|trailing|substep|turbo|v2|v3"
              + "|bh1|bh2|simple|uniform|sgmuniform|normal|beta|flow|edm|ays|pece|x0|discrete"
              + "|euler){0,6}");

  private static final Set<String> ANY = Set.of("", "automatic", "default", "none");

  private static final Set<String> SCHEDULES =
      Set.of(
          "uniform",
          "karras",
          "exponential",
          "polyexponential",
          "sgmuniform",
          "kloptimal",
          "alignyoursteps",
          "alignyourstepsgits",
          "alignyoursteps11",
          "alignyoursteps32",
          "ays",
          "gits",
          "simple",
          "normal",
          "ddim",
          "ddimuniform",
          "beta",
          "beta57",
          "linear",
          "linearquadratic",
          "cosine",
          "discrete",
          "turbo",
          "lcm",
          "smoothstep",
          "bongtangent",
          "usesamesampler",
          "usesamescheduler");

  private SamplerNames() {}

  /** Returns whether a name of a sampler is known, with or without the name of a schedule. */
  static boolean isSampler(String name) {
    String plain = plain(name);
    return ANY.contains(plain)
        || (plain.length() <= LONGEST && SAMPLER.matcher(plain).matches())
        || plain.equals("usesamesampler");
  }

  /** Returns whether a name of a schedule is known. */
  static boolean isSchedule(String name) {
    String plain = plain(name);
    return ANY.contains(plain) || SCHEDULES.contains(plain);
  }

  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT).replace("++", "pp");
    return SIGNS.matcher(lower).replaceAll("");
  }
}
