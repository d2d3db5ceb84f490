/** Eight colours for agents, in the order of their coming. */
export class Hues {
  #names = [];

  constructor(names = []) {
    this.#names = [...names];
  }

  /** The number of the agent's colour. */
  of(name = "") {
    if (!this.#names.includes(name)) this.#names.push(name);
    return this.#names.indexOf(name) % 8;
  }
}
