package dev.sana4j.server.mcp;

import dev.sana4j.server.jobs.JobOrder;

/**
 * What a call of a tool asks for.
 *
 * @param model generates the images
 * @param order of the job
 */
record ToolOrder(ToolModels.Entry model, JobOrder order) {}
