/** Settings that came with the program: flags and files of tspark-submit and of the shell. A program's own SparkConf goes before them. */
import { SparkConf } from './conf.js'

export const submittedConf = new SparkConf()
