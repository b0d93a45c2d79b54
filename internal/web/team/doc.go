// Package team has the pages of response teams, designated reporters, work and the board.
package team
