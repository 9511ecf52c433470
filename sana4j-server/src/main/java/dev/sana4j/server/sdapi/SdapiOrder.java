package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.jobs.JobOrder;

/**
 * What was asked for, and what the answer repeats of it.
 *
 * @param order as a job
 * @param echo the fields that were sent
 * @param withImages whether the answer holds the images
 */
record SdapiOrder(JobOrder order, ObjectNode echo, boolean withImages) {}
