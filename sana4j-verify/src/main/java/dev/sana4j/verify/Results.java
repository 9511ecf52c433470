package dev.sana4j.verify;

import java.util.ArrayList;
import java.util.List;

/** Collects the results of one group of cases. */
final class Results {
  private final String group;
  private final List<CaseResult> results = new ArrayList<>();

  Results(String group) {
    this.group = group;
  }

  void add(String output, double error, double bound) {
    results.add(new CaseResult(group + "/" + output, error, bound));
  }

  List<CaseResult> list() {
    return List.copyOf(results);
  }
}
