package dev.sana4j.measure.run;

import java.util.Map;

/**
 * The results of one candidate.
 *
 * @param name name of its folder
 * @param settings how its images were made, for readers
 * @param images number of images
 * @param secondsPerImage mean time of a generation
 * @param figures by metric, in the order of {@link Metric}
 * @param objectsByTag the share of right images per kind of prompt; empty unless objects are
 *     checked
 */
public record Summary(
    String name,
    Map<String, Object> settings,
    int images,
    double secondsPerImage,
    Map<Metric, Estimate> figures,
    Map<String, Estimate> objectsByTag) {}
