/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files that somebody names for reading. What is not a regular file is an error at once: a pipe
 * would keep us waiting for its other end, a device may never come to an end.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* A descriptor; -1: errno, of which EINVAL is "not a regular file", and EISDIR a folder. */
int plainfile_open(const char *path);
/* The same as a stream; NULL: errno. */
FILE *plainfile_stream(const char *path);
/* What errno says after one of these, in words. */
const char *plainfile_error(int error);

/* Whether it is an image for i386. */
bool plainfile_is_x86(const char *path);
