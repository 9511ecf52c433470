package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.jobs.JobOrder;
import java.util.List;

/**
 * A request of the AUTOMATIC1111 API as a job.
 *
 * @param order the job
 * @param echo the fields that the answer repeats
 * @param withImages whether the answer contains the images
 * @param notes what was changed in the request, for the answer
 */
record SdapiOrder(JobOrder order, ObjectNode echo, boolean withImages, List<String> notes) {}
