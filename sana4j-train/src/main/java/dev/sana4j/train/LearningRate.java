package dev.sana4j.train;
record LearningRate(double rate, long warmUp, long steps, Schedule schedule, double decayFrom, double finalShare) {
  public enum Schedule { CONSTANT, LINEAR, COSINE }
  double at(long step) { return rate * Math.min(1, (step + 1.0) / Math.max(1, warmUp)); }
}
