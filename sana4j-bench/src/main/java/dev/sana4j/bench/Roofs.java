package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The roofs of a model's dtypes.
 *
 * @param all one per dtype
 */
record Roofs(List<Roof> all) {

  /** Measures the roofs of some dtypes, which share the time. */
  static Roofs within(Collection<DType> dtypes, Duration budget) {
    List<DType> each = dtypes.stream().distinct().toList();
    Duration share = budget.dividedBy(each.size());
    return new Roofs(each.stream().map(dtype -> Roof.within(dtype, share)).toList());
  }

  Roof of(DType dtype) {
    return all.stream().filter(roof -> roof.dtype() == dtype).findFirst().orElseThrow();
  }
}
