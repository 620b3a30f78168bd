/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptions of devices, for --device: a JSON object, or an array of them, as docs/devices.md
 * explains, becomes the registry keys Windows would have after installation.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct device_description {
    const char *service;    /* of the first driver, for devices that name none; may be NULL */
    unsigned pointer_bytes; /* of the machine: resource lists differ */
    void (*port)(void *context, const char *port); /* a library of port devices that is to be
                                                      plugged in */
    void *context;
};

/* Writes registry text for all devices in the file. False: why says what is wrong with it. */
bool device_describe(const char *path, const struct device_description *description, FILE *registry,
    char *why, size_t why_size);
