/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * relocatable.h - included ahead of every driver source by the build (-include).
 *
 * Windows always loads a driver somewhere else than its image base, and may refuse an image without
 * relocations. A small x64 driver can have none: its code is position-independent. This pointer to
 * itself gives every image one.
 */
#ifndef DRIVERS_RELOCATABLE_H
#define DRIVERS_RELOCATABLE_H

__attribute__((used)) static const void *const DriverRelocatable = &DriverRelocatable;

#endif
