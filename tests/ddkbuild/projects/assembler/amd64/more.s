/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
    .globl SampleMore
SampleMore:
    movl $42, %eax
    ret
