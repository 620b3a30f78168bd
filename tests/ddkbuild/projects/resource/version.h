/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#define SAMPLE_VERSION 1,2,3,4
