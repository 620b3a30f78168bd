/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A fuzz target without libFuzzer: a main (standalone.c) that mutates the target's own seeds. The
 * target defines what is declared here; one that is built for libFuzzer leaves standalone.c out.
 *
 *     TARGET FILE...              runs each file once
 *     TARGET --write DIR          writes the seeds, for a corpus
 *     TARGET --most               says how many bytes an input has at most
 *     TARGET [--corpus DIR] [COUNT [SEED]]
 *                                 runs each file of DIR, if there is one, then COUNT mutations of
 *                                 the seeds, which ones SEED decides
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const unsigned fuzz_seeds;  /* how many there are */
extern const size_t fuzz_most;     /* bytes of an input */
/* Writes a seed into room for fuzz_most bytes; its size. */
size_t fuzz_make_seed(unsigned which, uint8_t *data);
