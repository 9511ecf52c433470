package dev.sana4j.server.mcp;

import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.JobService;

/**
 * What runs the tools.
 *
 * @param jobs generates the images
 * @param models that requests may name
 */
public record ImageEngine(JobService jobs, ServedModels models) {}
