/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * benchdrv.h - what the benchmark's driver and dotsys-bench agree on. Include a header that has
 * CTL_CODE first.
 *
 * Three devices, one per way of passing buffers in reads and writes. Control codes work on each.
 */
#ifndef BENCHDRV_H
#define BENCHDRV_H

#define BENCH_BUFFERED_NAME "\\\\.\\BenchBuffered"
#define BENCH_DIRECT_NAME   "\\\\.\\BenchDirect"
#define BENCH_NEITHER_NAME  "\\\\.\\BenchNeither"

/* Bytes a device keeps of what was written last; reads give them back. */
#define BENCH_CAPACITY 4096u

/*
 * Transfers longer than BENCH_CAPACITY are accepted whole and their bytes left alone: they measure
 * what it costs to bring a buffer to a driver. A long buffered read returns what the I/O manager's
 * buffer happened to hold, which no driver with a secret would do.
 */
#define BENCH_LONG_TRANSFER (1u << 20)

/* Complete at once with nothing, whatever the buffers. */
#define BENCH_IOCTL(Function, Method) \
    CTL_CODE(FILE_DEVICE_UNKNOWN, (Function), (Method), FILE_ANY_ACCESS)
#define BENCH_NULL_BUFFERED   BENCH_IOCTL(0x800, METHOD_BUFFERED)
#define BENCH_NULL_IN_DIRECT  BENCH_IOCTL(0x800, METHOD_IN_DIRECT)
#define BENCH_NULL_OUT_DIRECT BENCH_IOCTL(0x800, METHOD_OUT_DIRECT)
#define BENCH_NULL_NEITHER    BENCH_IOCTL(0x800, METHOD_NEITHER)

/* Input: a 32-bit number. Makes that many devices without a name; deletes all of those. */
#define BENCH_CREATE_DEVICES BENCH_IOCTL(0x801, METHOD_BUFFERED)
#define BENCH_DELETE_DEVICES BENCH_IOCTL(0x802, METHOD_BUFFERED)

/* Input: a 32-bit number. Reads port BENCH_PORT, which nothing answers on, that many times. */
#define BENCH_READ_PORT BENCH_IOCTL(0x803, METHOD_BUFFERED)
#define BENCH_PORT      0x2f0

#endif
