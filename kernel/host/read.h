/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by host_file_read and who opens files for a machine's process. */
#pragma once

#include <fcntl.h>

/*
 * How a file is opened whose name somebody gave us for an image: without waiting for the other end
 * of a pipe, or becoming a terminal's process. A supervisor knows by it that a wrong name is a
 * mistake, and nobody's attempt.
 */
#define HOST_READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
