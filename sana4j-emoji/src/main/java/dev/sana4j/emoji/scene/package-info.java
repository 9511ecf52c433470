/**
 * Scenes of emoji art with captions: the training data of the bundled model.
 *
 * <p>{@link dev.sana4j.emoji.scene.Sprites} are the drawings. {@link
 * dev.sana4j.emoji.scene.SceneGenerator} returns scene number n of a seed, {@link
 * dev.sana4j.emoji.scene.SceneRenderer} draws it, and {@link dev.sana4j.emoji.scene.SceneCaptions}
 * describes it in English and Chinese. {@link dev.sana4j.emoji.scene.HeldOut} determines which
 * combinations are held out from training. {@link dev.sana4j.emoji.scene.SceneShards} writes scenes
 * as a data set.
 */
@NullMarked
package dev.sana4j.emoji.scene;

import org.jspecify.annotations.NullMarked;
